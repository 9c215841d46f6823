// What a person changes besides saying something: which operations wait for a network, what each is about
// and what it takes the place of. Pure.
import type { InputOf } from '../../protocol/operations.ts'
import type { Refusal } from './keys.ts'

/** Each may be made twice, for an answer may get lost: the second time changes nothing. */
export type ChangeName =
  | 'conversations.pin'
  | 'conversations.mute'
  | 'conversations.archive'
  | 'conversations.markUnread'
  | 'conversations.draft'
  | 'conversations.read'
  | 'messages.edit'
  | 'messages.recall'
  | 'messages.react'
  | 'messages.unreact'
  | 'messages.delete'
  | 'messages.unschedule'
  | 'favorites.add'
  | 'favorites.remove'

/** A message of mine that waits itself is named by its `client_msg_id`. */
export type ChangeInput<N extends ChangeName> = N extends
  `conversations.${string}` | 'messages.unschedule'
  ? InputOf<N>
  : InputOf<N> | (Omit<InputOf<N>, 'id' | 'message_id'> & { readonly client_msg_id: string })

interface Waits {
  /** For `retry` and `discard`. */
  readonly id: string
  readonly key: string
  /** Of the message that it waits behind; without it, that is named in the input. */
  readonly client_msg_id?: string
  /** Unix milliseconds. */
  readonly at: number
  /** `sent`: the server has it, and what is kept does not show it yet. */
  readonly state: 'waiting' | 'sent' | 'failed'
  /** How its conversation stood then. */
  readonly stood?: Stood
  readonly error?: Refusal
}

export interface Stood {
  readonly last_seq: number
  readonly unread: number
  /** Of that after the mark. */
  readonly left?: number
}

/** What waits to be made, or what came of it. */
export type Change = {
  [N in ChangeName]: Waits & { readonly name: N; readonly input: InputOf<N> }
}[ChangeName]

/** The conversation, what is scheduled, or the message by whichever name it has. */
const aboutOf = ({ client_msg_id, input }: Change): string =>
  client_msg_id ?? String('message_id' in input ? input.message_id : input.id)

export const laneOfConversation = (id: number) => `conversation ${id}`
export const laneOfMessage = (name: number | string) => `message ${name}`
export const laneOfScheduled = (id: number) => `scheduled ${id}`

/** What is of one lane is made in the order in which it was wanted. */
export function laneOf(change: Change): string {
  const about = aboutOf(change)
  if (change.name === 'messages.unschedule') return laneOfScheduled(change.input.id)
  return change.name.startsWith('conversations.')
    ? laneOfConversation(Number(about))
    : laneOfMessage(about)
}

/** Of what has one topic the last one counts, and it alone is made. */
export function topicOf(change: Change): string {
  const { name, input } = change
  const about = aboutOf(change)
  if (name === 'messages.react' || name === 'messages.unreact') return `${about} ${input.emoji}`
  return `${name.startsWith('favorites.') ? 'favorites' : name} ${about}`
}

/** It was put away until something is said there, and something was said. */
export function isOvertaken(
  change: Change,
  talk: { readonly last_seq: number; readonly is_muted: boolean } | undefined,
): boolean {
  if (change.name !== 'conversations.archive' || change.input.is_archived === false) return false
  return Boolean(talk && change.stood && talk.last_seq > change.stood.last_seq && !talk.is_muted)
}
