// Who hears of something in a conversation: some people, or a channel, which has too many members to name.
// This file alone knows it; delivery, fan-out, changes, receipts, typing and push ask it.
import { limits } from './limits.ts'
import type { Sql } from '../../infra/db.ts'
import type { To } from '../../infra/queues.ts'
import {
  isNotes,
  isParticipant,
  peerOf,
  type ConversationRef,
  type DirectRef,
} from './directory.ts'
import { listMembers, listMemberships } from './members.store.ts'
import { findConversation } from './store.ts'

export type Audience =
  | {
      /** Account ids. */
      readonly people: readonly number[]
      /** One per person: the seq after which messages are for them. None: all are for all. */
      readonly since?: readonly number[]
    }
  | {
      /** The conversation: its nodes know their own sockets, see socket/channel. */
      readonly channel: number
      /** Where its seq stands. */
      readonly head: number
    }

/** What a job carries of its audience: all of it where that never changes, else 0. Asks nothing. */
export function addressOf(ref: ConversationRef): To {
  return ref.kind === 'direct' ? peopleOf(ref) : 0
}

/** Each once: whoever writes to themselves is told once. */
function peopleOf(ref: DirectRef): Exclude<To, number> {
  return isNotes(ref) ? [ref.user1.id] : [ref.user1.id, ref.user2.id]
}

export interface Addressed {
  readonly conversation: number
  readonly to: To
}

/** By conversation, as it is now. One question for all groups among them, none without any. */
export async function audiencesOf(
  sql: Sql,
  addressed: readonly Addressed[],
): Promise<ReadonlyMap<number, Audience>> {
  const found = new Map<number, Audience>()
  const groups = new Set<number>()
  for (const { conversation, to } of addressed) {
    if (typeof to === 'number') groups.add(conversation)
    else found.set(conversation, { people: to })
  }
  if (groups.size === 0) return found
  for (const row of await listMemberships(sql, [...groups])) {
    const { id, is_channel, last_seq: head, members: people, since } = row
    found.set(id, is_channel ? { channel: id, head } : { people, since })
  }
  return found
}

export async function audienceOf(sql: Sql, ref: ConversationRef): Promise<Audience> {
  const found = await audiencesOf(sql, [{ conversation: ref.id, to: addressOf(ref) }])
  return found.get(ref.id) ?? { people: [] }
}

/** Everybody in it now, page by page: for what is seldom, and not the same for all. */
export async function* everybodyIn(
  sql: Sql,
  conversation: number,
): AsyncGenerator<readonly number[]> {
  const limit = limits.audience.pageMembers
  for (let after = 0; ;) {
    const page = await listMembers(sql, conversation, { after, limit })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return
    after = last
  }
}

export type People = Extract<Audience, { people: unknown }>

/** Whom a message is for: a membership is an interval of seq, and begins after some. */
export function hearersOf({ people, since }: People, seq: number): readonly number[] {
  if (!since?.some((after) => after >= seq)) return people
  return people.filter((_, index) => (since[index] as number) < seq)
}

/** Those to be told of what one of them does. Of a channel nobody: such signals are for few. */
export function othersIn(audience: Audience, user: number): readonly number[] {
  return 'people' in audience ? audience.people.filter((id) => id !== user) : []
}

/** Those to be told of a mark that a send has moved; in a group nobody, for its message says so. */
export function awareOf(ref: ConversationRef, user: number): readonly number[] {
  return ref.kind === 'direct' ? otherOf(ref, user) : []
}

const otherOf = (ref: DirectRef, user: number) => (isNotes(ref) ? [] : [peerOf(ref, user).id])

/** The same as `othersIn`, asked by somebody who may not be in it at all: then null. */
export async function othersOf(
  sql: Sql,
  ref: ConversationRef,
  user: number,
): Promise<readonly number[] | null> {
  if (ref.kind === 'direct') return isParticipant(ref, user) ? otherOf(ref, user) : null
  const audience = await audienceOf(sql, ref)
  const isIn =
    'people' in audience
      ? audience.people.includes(user)
      : (await findConversation(sql, ref.id, user)) !== undefined
  return isIn ? othersIn(audience, user) : null
}
