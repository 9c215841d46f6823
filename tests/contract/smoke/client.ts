// What a stranger writes who has our OpenAPI document and public packages. The generator's test puts
// the types beside it as schema.ts, checks both and runs it: `bun client.ts <address of the server>`.
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.ts'

const base = process.argv[2] ?? ''
const password = 'four calm grey herons'
const anonymous = createClient<paths>({ baseUrl: base })

/** Types tell data and refusals apart; a refusal has one of the codes the document lists. */
function must<T>(answer: {
  data?: { code: 0; data: T }
  error?: { code: number; msg: string }
}): T {
  if (!answer.data) throw new Error(`${answer.error?.code} ${answer.error?.msg}`)
  return answer.data.data
}

async function join(userId: string) {
  const email = `${userId}@example.com`
  const body = { email, user_id: userId, nickname: userId, password }
  must(await anonymous.POST('/api/v1/users/register-pwd', { body }))
  const login = await anonymous.POST('/api/v1/users/login-pwd', { body: { email, password } })
  const { token } = must(login)
  return createClient<paths>({ baseUrl: base, headers: { authorization: `Bearer ${token}` } })
}

const suffix = Date.now().toString(36)
const [anna, ben] = [`anna-${suffix}`, `ben-${suffix}`]
const hers = await join(anna)
const his = await join(ben)

const asked = await hers.POST('/api/v1/friends/send-request', { body: { to_user_id: ben } })
const body = { request_id: must(asked).id }
must(await his.POST('/api/v1/friends/accept-request', { body }))
const again = await his.POST('/api/v1/friends/accept-request', { body })
// Would not compile if the document did not list this code for this operation.
const refused = again.error?.code === 4204

const message = { to_user_id: ben, message_type: 1, content: 'hello from a generated client' }
const sent = must(await hers.POST('/api/v1/messages/send', { body: message }))
const history = await his.GET('/api/v1/messages/conversations/{id}/messages', {
  params: { path: { id: sent.conversation_id }, query: { after_seq: 0, limit: 10 } },
})
const found = must(history)
// An array for pages, an object with a cursor otherwise: TypeScript has to be shown which.
const list: components['schemas']['Message'][] = Array.isArray(found) ? found : found.list
const last: string | undefined = list.at(-1)?.content

console.log(JSON.stringify({ refused, read: last, from: list.at(-1)?.from_user_id === anna }))
