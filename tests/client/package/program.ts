// What an application writes, for the type checker alone: types that came as `any` would make the
// lines that have to fail pass, and then this file does not compile.
import { createClient, CurlewError, type Client, type StateEvent } from 'curlew-client'
import type { SendInput, Sending, Tokens } from 'curlew-client'
import { closes, errors, type InputOf, type Message, type Refused } from 'curlew-client/protocol'

declare function show(message: Message): void
declare const stored: Tokens | null

export const client: Client = createClient({
  url: 'https://chat.example.com',
  tokens: () => stored,
  locale: 'zh',
  limits: { keepMax: 10 },
})

export const words: InputOf<'messages.send'> = { to_user_id: 'bob', message_type: 1, content: 'hi' }
const input: SendInput = { conversation_id: 1, content: 'hi' }
export const sending: Sending = client.send(input)

const friends = await client.call('friends.list')
const me = await client.call('accounts.me', {}, { timeoutMs: 1_000 })
export const name: string = me.nickname
const moment = await client.call('moments.create', { content: 'Tea', visible: 1 })
export const id: number = moment.id

client.on('message', show)
client.on('state', ({ state, code }: StateEvent) => state === 'closed' && code === closes.bye.code)
client.on('typing', ({ nickname }) => nickname.trim())
const mark = await client.request('mark_read', { conversation_id: 1, seq: (await sending).seq })
export const seq: number = mark.read_seq

export function fieldOf(error: unknown): string | undefined {
  if (!(error instanceof CurlewError) || error.code !== errors.validation.code) return undefined
  return (error.data as Refused).field
}

// @ts-expect-error -- no such operation
await client.call('friends.lose')
// @ts-expect-error -- the code is missing
await client.call('accounts.login', { email: 'alice@example.com' })
// @ts-expect-error -- a message has no such field
client.on('message', ({ words: none }) => none)
// @ts-expect-error -- the list holds no texts
export const texts: string[] = friends
// @ts-expect-error -- not among the states
client.on('state', ({ state }) => state === 'opened')
// @ts-expect-error -- a table of numbers
export const code: string = errors.validation.code

await using another = createClient({ url: 'https://chat.example.com' })
await another.connect()
