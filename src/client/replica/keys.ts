// What a replica keeps of an account, and how each thing is called in its store.
import type { ServerData } from '../../protocol/frames.ts'
import type { GroupConversation } from '../../protocol/inbox.ts'
import type { Sent } from '../../protocol/messages.told.ts'
import type { DirectConversation } from '../../protocol/messages.ts'
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
  /** Whether all its members are kept. */
  readonly hasMembers?: boolean
}

/** What waits to be sent, or what came of it. */
export interface Waiting {
  readonly key: string
  readonly message: Outgoing
  /** Unix milliseconds. */
  readonly at: number
  readonly state: 'waiting' | 'sent' | 'failed'
  /** Where it stands, until it is among the messages. */
  readonly sent?: Sent
  readonly error?: { readonly code: number; readonly msg: string }
}

/** Sixteen digits sort as numbers do. */
const digits = (number: number) => String(number).padStart(16, '0')

export const under = {
  conversations: 'conversation/',
  friends: 'friend/',
  requests: 'request/',
  blocks: 'block/',
  invitations: 'invitation/',
  joinRequests: 'join/',
  waiting: 'waiting/',
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
  message: (conversation: number, seq: number) => `${under.messages(conversation)}${digits(seq)}`,
  member: (conversation: number, account: number) =>
    `${under.members(conversation)}${digits(account)}`,
  waiting: (order: number, id: string) => `${under.waiting}${digits(order)}-${id}`,
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
  under.waiting,
]

/** What is read only when somebody looks at it. */
export const isRemote = (key: string) => key.startsWith('message/') || key.startsWith('member/')
