// What the processes write: everything happens once at the most talkative level, and no secret shows.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { makeAdmin, tryLogin } from '../support/admin.ts'
import { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, Person } from '../support/people.ts'
import { startPushService, type PushService } from '../support/push-service.ts'
import { startProgram, type Program } from './process.ts'

let app: Installation
let service: PushService
let api: Program
let workers: Program
beforeAll(async () => {
  service = startPushService()
  app = await install({ workers: false, env: { PUSH_PRIVATE_HOSTS: 'on' } })
  const loud = { LOG_LEVEL: 'trace' }
  ;[api, workers] = await Promise.all([
    startProgram(app, 'api', loud),
    startProgram(app, 'workers', loud),
  ])
})
afterAll(async () => {
  for (const each of [api, workers, app, service]) await each[Symbol.asyncDispose]()
})

const password = 'a pass phrase of alice'
const word = 'nobody-else-may-read-this'
const secrets: string[] = []

test('10 ASVS 16.2.5: no token, ticket, code, password or word in any line', async () => {
  const call = (name: string, input: object, token?: string) =>
    callOperation(api.url, name as never, input as never, token) as Promise<{
      code: number
      data: Record<string, string>
    }>
  const email = 'logged@example.com'
  await call('accounts.sendCode', { email })
  const code = await app.codeFor(email)
  // A wrong one first: refusals are logged more often than successes.
  await call('accounts.verifyCode', { email, code: '000000' })
  const made = await call('accounts.register', { email, code, user_id: 'logged', nickname: 'L' })
  expect(made.code).toBe(0)
  const alice = await Person.signUp(api.url, 'alice')
  const bob = await Person.signUp(api.url, 'bob')
  const input = { email: 'p@example.com', user_id: 'pass-word', nickname: 'P', password }
  await call('accounts.registerWithPassword', input)
  await call('accounts.loginWithPassword', { email: 'pass-word', password: `${password}, wrong` })
  const refreshed = await call('accounts.refresh', { refresh_token: bob.refreshToken })
  await call('accounts.refresh', { refresh_token: 'x'.repeat(43) })
  const refreshToken = refreshed.data['refresh_token'] as string
  bob.token = refreshed.data['token'] as string
  await alice.befriends(bob)
  const subscription = service.subscription('bob')
  await bob.does('push.subscribe', subscription)
  await alice.says(bob, word)
  await eventually(() => service.received.length > 0, { what: 'a push' })
  const { ticket } = await alice.does('messages.ticket')
  const socketUrl = `${api.url.replace('http', 'ws')}/api/v1/messages/ws`
  for (const query of [
    `ticket=${ticket}`,
    `ticket=${ticket}`,
    `token=${alice.token}`,
    `token=x.y.z`,
  ]) {
    const socket = new WebSocket(`${socketUrl}?${query}`)
    await new Promise((resolve) => {
      socket.addEventListener('message', resolve)
      socket.addEventListener('close', resolve)
    })
    socket.close()
  }
  const device = await Device.open(api.url, alice.token)
  await device.says(bob, `${word} either`)
  device.raw(`{"type":"send_message","data":{"content":"${word}`)
  await device.hears('error')
  await makeAdmin(app, alice, 'operator')
  const cookie = (await tryLogin({ url: () => api.url } as never, alice.userId)).headers.get(
    'set-cookie',
  )
  await faults(alice, bob)
  await alice.does('accounts.logout')
  await device.isClosed()
  secrets.push(
    password,
    'correct horse battery',
    word,
    `"${code}"`,
    alice.token,
    bob.token,
    made.data['token'] as string,
    alice.refreshToken,
    refreshToken,
    ticket,
    cookie?.split(/[=;]/)[1] as string,
    subscription.keys.auth,
    app.config.jwtSecret,
  )
  const lines = `${api.said}\n${workers.said}`
  // It did log: the two errors we made below, in full, with their causes.
  expect(lines).toContain('a request failed')
  expect(lines).toContain('an admin signed in')
  expect(lines).toContain('no_such_words')
  const shown = secrets.filter((each) => each.length < 3 || lines.includes(each))
  expect(shown).toEqual([])
  // Nor the part of a token that signs it, whatever stands around it.
  for (const token of [alice.token, bob.token]) {
    expect(lines).not.toContain(token.split('.')[2] as string)
  }
})

/** Errors nobody expects, from deep inside, about rows that hold people's words. */
async function faults(alice: Person, bob: Person): Promise<void> {
  const { sql } = app.nodes[0]!.ctx
  await sql`alter table messages add constraint no_such_words check (content not like '%-broken')`
  await sql`alter table users add constraint no_such_words check (bio not like '%-broken')`
  const sent = await alice.tries('messages.send', {
    to_user_id: bob.userId,
    message_type: 1,
    content: `${word}-broken`,
  })
  const told = await alice.tries('accounts.updateMe', { bio: `${word}-broken` })
  expect([sent.status, told.status]).toEqual([500, 500])
  for (const { data } of [sent, told]) {
    expect(Object.keys(data as unknown as object)).toEqual(['trace_id'])
  }
  await sql`alter table messages drop constraint no_such_words`
  await sql`alter table users drop constraint no_such_words`
}
