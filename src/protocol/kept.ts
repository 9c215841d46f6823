// What an event changes that belongs to the history of accounts: what a device catches up on by its cursor.
import { events, type DurableEvent, type EventData, type EventName } from './events.ts'

/** Kinds of things that change for one account; the numbers stand in `account_changes`. */
export const kinds = {
  me: 0,
  conversation: 1,
  friend: 2,
  request: 3,
  block: 4,
  invitation: 5,
  /** Somebody's request to come into a group. */
  join: 6,
  /** Somebody looks otherwise wherever both are. */
  fellow: 7,
  deletion: 9,
  favorite: 10,
  scheduled: 11,
  settings: 20,
} as const

export type Kind = keyof typeof kinds

/** Something of this account is not what it was: looked up by its number when somebody asks. */
export interface AccountChange {
  readonly user: number
  readonly kind: Kind
  readonly ref: number
}

export interface MessageChange {
  readonly conversation: number
  readonly message: number
}

/** Somebody came into a conversation, left it, or is not what they were there. */
export interface MemberChange {
  readonly conversation: number
  readonly user: number
}

export interface Changes {
  readonly accounts: readonly AccountChange[]
  readonly messages: readonly MessageChange[]
  readonly members: readonly MemberChange[]
}

type Part = Partial<Changes>
export type KeptName = {
  [N in EventName]: (typeof events)[N]['kept'] extends true ? N : never
}[EventName]

const each = (users: readonly number[], kind: Kind, ref: number): AccountChange[] =>
  users.map((user) => ({ user, kind, ref }))

/** Both are a friend to each other, or are no more. */
const pair = (a: number, b: number): AccountChange[] => [
  { user: a, kind: 'friend', ref: b },
  { user: b, kind: 'friend', ref: a },
]

/**
 * What changes a conversation for everybody in it stands in the conversation's own row, written under its
 * lock; here is what that row does not say.
 */
const table: { readonly [N in KeptName]: (data: EventData<N>) => Part } = {
  'profile.changed': ({ user }) => ({ accounts: each([user], 'me', user) }),
  // Whom it shows more or less to is found when it is told.
  'settings.changed': ({ user }) => ({ accounts: each([user], 'settings', user) }),
  // Whoever knew them is found when it is told.
  'account.erased': () => ({}),
  'friend.requested': ({ request_id, from, to }) => ({
    accounts: each([from, to], 'request', request_id),
  }),
  'friend.closed': ({ request_id, from, to }) => ({
    accounts: each([from, to], 'request', request_id),
  }),
  'friend.accepted': ({ request_id, from, to }) => ({
    accounts: [...each([from, to], 'request', request_id), ...pair(from, to)],
  }),
  'friend.removed': ({ by, other }) => ({ accounts: pair(by, other) }),
  'friend.set': ({ user, friend }) => ({ accounts: each([user], 'friend', friend) }),
  // The one who is blocked sees another face, where they see any: in every group of both.
  'block.changed': ({ by, other, conversation_id: id }) => ({
    accounts: [
      ...each([by], 'block', other),
      ...each([other], 'fellow', by),
      ...(id === undefined ? [] : each([other], 'conversation', id)),
    ],
  }),
  'conversation.read': ({ conversation_id, reader, peer }) => ({
    accounts: each(peer === undefined ? [reader] : [reader, peer], 'conversation', conversation_id),
  }),
  'conversation.set': ({ conversation_id, user }) => ({
    accounts: each([user], 'conversation', conversation_id),
  }),
  'message.posted': () => ({}),
  // What burned has rows of its own.
  'message.burned': () => ({}),
  'message.changed': ({ conversation_id, message_id }) => ({
    messages: [{ conversation: conversation_id, message: message_id }],
  }),
  // What was said last there may be another message for them now.
  'message.deleted': ({ user, message_id, conversation_id }) => ({
    accounts: [
      ...each([user], 'deletion', message_id),
      ...each([user], 'conversation', conversation_id),
    ],
  }),
  'favorite.set': ({ user, message_id }) => ({
    accounts: each([user], 'favorite', message_id),
  }),
  'scheduled.changed': ({ user, scheduled_id }) => ({
    accounts: each([user], 'scheduled', scheduled_id),
  }),
  'member.changed': ({ conversation_id: conversation, user }) => ({
    members: [{ conversation, user }],
  }),
  'group.joined': ({ conversation_id: conversation, users }) => ({
    accounts: each(users, 'conversation', conversation),
    members: users.map((user) => ({ conversation, user })),
  }),
  'group.left': ({ conversation_id: conversation, user }) => ({
    accounts: each([user], 'conversation', conversation),
    members: [{ conversation, user }],
  }),
  'group.invited': ({ invitation, to }) => ({ accounts: each([to], 'invitation', invitation) }),
  'group.uninvited': ({ invitation, to }) => ({ accounts: each([to], 'invitation', invitation) }),
  // Noted by the statement that writes it: it finds who answers there.
  'group.asked': () => ({}),
  'group.announced': () => ({}),
  'group.changed': () => ({}),
  'group.dissolved': () => ({}),
}

function partOf(event: DurableEvent): Part {
  const change = (table as Partial<Record<EventName, (data: never) => Part>>)[event.name]
  return change ? change(event as never) : {}
}

const inOrder = (a: AccountChange, b: AccountChange) =>
  a.user - b.user || kinds[a.kind] - kinds[b.kind] || a.ref - b.ref

/** Each thing once, in an order that all transactions keep: so none waits for another in a circle. */
export function changesOf(list: readonly DurableEvent[]): Changes {
  const accounts = new Map<string, AccountChange>()
  const messages = new Map<number, MessageChange>()
  const members = new Map<string, MemberChange>()
  for (const part of list.map(partOf)) {
    for (const change of part.accounts ?? []) {
      accounts.set(`${change.user} ${change.kind} ${change.ref}`, change)
    }
    for (const change of part.messages ?? []) messages.set(change.message, change)
    for (const change of part.members ?? []) {
      members.set(`${change.conversation} ${change.user}`, change)
    }
  }
  return {
    accounts: [...accounts.values()].toSorted(inOrder),
    messages: [...messages.values()].toSorted((a, b) => a.message - b.message),
    members: [...members.values()].toSorted(
      (a, b) => a.conversation - b.conversation || a.user - b.user,
    ),
  }
}
