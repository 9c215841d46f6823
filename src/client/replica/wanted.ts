// What is wanted, as it is to wait: which message it is about, and what was seen when it was wanted.
import type { Message } from '../../protocol/messages.ts'
import type { Change, Stood } from './change.ts'
import { keys, under, type Refusal, type Talk, type Waiting } from './keys.ts'
import type { Keeper } from './keeper.ts'
import { unreadAfter } from './unread.ts'

/** What waits to be said, by its `client_msg_id`. */
export interface Saying {
  find(clientMsgId: string): Waiting | undefined
  /** Which message it has become. */
  said(clientMsgId: string): number | undefined
}

/** `messageNotFound` of the protocol. */
export const noMessage: Refusal = { code: 4301, msg: 'There is no such message.' }

/** By the number of its message, as soon as that has one. */
export function named(given: Change, id: number): Change {
  const { client_msg_id: _, ...change } = given
  const by = change.name.startsWith('favorites.') ? { message_id: id } : { id }
  return { ...change, input: { ...change.input, ...by } } as Change
}

/** With an error where it is about a message that nobody knows. */
export function targeted(wanted: Change, saying: Saying): Change {
  const { client_msg_id: given, ...input } = wanted.input as Record<string, unknown>
  if (typeof given !== 'string') return wanted
  const client_msg_id = given.toLowerCase()
  const change = { ...wanted, client_msg_id, input } as unknown as Change
  const id = numberOf(client_msg_id, saying)
  if (id !== undefined) return named(change, id)
  return saying.find(client_msg_id) ? change : { ...change, error: noMessage }
}

export function numberOf(clientMsgId: string, saying: Saying): number | undefined {
  return saying.find(clientMsgId)?.sent?.id ?? saying.said(clientMsgId)
}

/** A message that was refused is said in these words when it is tried again: nobody has the others. */
export function reworded(change: Change, saying: Saying): Waiting | undefined {
  const { name, input, client_msg_id: behind } = change
  const message = behind === undefined ? undefined : saying.find(behind)
  if (message?.state !== 'failed' || name !== 'messages.edit') return undefined
  return { ...message, message: { ...message.message, content: input.content } }
}

/**
 * What was seen is read or put away, and not what comes before the server hears of it. `marks`: those of
 * before, which do not go back. Inside of `run`.
 */
export async function seen(
  change: Change,
  { keeper, me, marks }: { keeper: Keeper; me: string; marks: readonly number[] },
): Promise<Change> {
  const { name, input } = change
  if (name !== 'conversations.archive' && name !== 'conversations.read') return change
  const talk = keeper.picture.get<Talk>(keys.conversation(input.id))
  if (!talk) return change
  const { last_seq, read_seq, unread } = talk.view
  if (name === 'conversations.archive') return { ...change, stood: { last_seq, unread } }
  const seq = Math.max(Math.min(input.seq ?? last_seq, last_seq), ...marks)
  const kept = seq < last_seq ? await keeper.list<Message>(under.messages(input.id)) : []
  const messages = kept.map(([, message]) => message)
  const left = unreadAfter(talk, messages, me, seq) ?? Math.max(0, unread - (seq - read_seq))
  return {
    ...change,
    input: { id: input.id, seq },
    stood: { last_seq, unread, left } satisfies Stood,
  }
}
