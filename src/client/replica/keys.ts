// What a replica keeps of an account, and how each thing is called in its store.
import type { ServerData } from '../../protocol/frames.ts'
import type { GroupConversation } from '../../protocol/inbox.ts'
import type { Sent } from '../../protocol/messages.told.ts'
import type { DirectConversation, Message } from '../../protocol/messages.ts'
import { CurlewError, type Reason } from '../error.ts'
import type { Outgoing } from '../outbox.ts'

export type Conversation = DirectConversation | GroupConversation
export type Receipt = ServerData<'read_receipt'>

export interface Talk {
  readonly view: Conversation
  /** How far the other one has read. */
  readonly receipt?: Receipt
  /** Of the messages after this seq and up to `to` all are kept that there are for this account. */
  readonly after: number
  readonly to: number
  /** Of these, deleted for this account: they count as they did, whoever said them. */
  readonly gone?: readonly Pick<Message, 'seq' | 'from_user_id'>[]
  /** Whether all its members are kept. */
  readonly hasMembers?: boolean
}

/** A file that goes up before what waits with it is sent. */
export interface WaitingFile {
  readonly name: string
  readonly type: string
  readonly size: number
  /** It survives a reload. Not while it is being written, and not where it is too large for that. */
  readonly isKept: boolean
  /** How much of it the server has, as far as this tab knows. */
  readonly sent?: number
}

/** What waits to be sent, or what came of it. */
export interface Waiting {
  readonly key: string
  readonly file?: WaitingFile
  /** An address of the file in this tab, for what shows it before it is sent. */
  readonly preview?: string
  readonly message: Outgoing
  /** Unix milliseconds. */
  readonly at: number
  readonly state: 'waiting' | 'sent' | 'failed'
  /** Where it stands, until it is among the messages. */
  readonly sent?: Sent
  readonly error?: Refusal
}

/** Why it failed, as it is kept. */
export interface Refusal {
  readonly code: number
  readonly msg: string
  readonly reason?: Reason
}

export const errorOf = (refusal: Refusal | undefined) =>
  new CurlewError({ reason: 'refused', msg: '', ...refusal })

export const refusalOf = ({ code, msg, reason }: CurlewError): Refusal => ({ code, msg, reason })

/** Its file is not on the server yet. */
export const goesUp = ({ file, message, state }: Waiting) =>
  file !== undefined && message.media_id === undefined && state === 'waiting'

/** Sixteen digits sort as numbers do. */
const digits = (number: number) => String(number).padStart(16, '0')

export const under = {
  conversations: 'conversation/',
  friends: 'friend/',
  requests: 'request/',
  blocks: 'block/',
  invitations: 'invitation/',
  joinRequests: 'join/',
  favorites: 'favorite/',
  scheduled: 'scheduled/',
  waiting: 'waiting/',
  changes: 'change/',
  messages: (conversation: number) => `message/${conversation}/`,
  members: (conversation: number) => `member/${conversation}/`,
} as const

export const keys = {
  cursor: 'cursor',
  /** Whoever may write. */
  writer: 'writer',
  me: 'self',
  settings: 'settings',
  conversation: (id: number) => `${under.conversations}${id}`,
  friend: (account: number) => `${under.friends}${account}`,
  request: (id: number) => `${under.requests}${id}`,
  block: (account: number) => `${under.blocks}${account}`,
  invitation: (id: number) => `${under.invitations}${id}`,
  joinRequest: (id: number) => `${under.joinRequests}${id}`,
  favorite: (message: number) => `${under.favorites}${message}`,
  scheduled: (id: number) => `${under.scheduled}${id}`,
  message: (conversation: number, seq: number) => `${under.messages(conversation)}${digits(seq)}`,
  member: (conversation: number, account: number) =>
    `${under.members(conversation)}${digits(account)}`,
  waiting: (order: number, id: string) => `${under.waiting}${digits(order)}-${id}`,
  waitingId: (key: string) => key.slice(under.waiting.length + digits(0).length + 1),
  change: (order: number, id: string) => `${under.changes}${digits(order)}-${id}`,
} as const

/** What is read at the beginning; the rest only when somebody looks at it. */
export const inMemory: readonly string[] = [
  keys.cursor,
  keys.me,
  keys.settings,
  under.conversations,
  under.friends,
  under.requests,
  under.blocks,
  under.invitations,
  under.joinRequests,
  under.favorites,
  under.scheduled,
  under.waiting,
  under.changes,
]

/** What is read only when somebody looks at it. */
export const isRemote = (key: string) => key.startsWith('message/') || key.startsWith('member/')
