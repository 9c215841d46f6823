// What is said in groups: by the road of all messages, under the names of groups.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor } from '../../core/page.ts'
import type { Context } from '../../context.ts'
import type { GroupMessage } from '../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { markRead } from '../conversations/read.ts'
import { history as read } from '../messages/history.ts'
import { showMessages } from '../messages/delivery/replay.ts'
import { recall as takeBack } from '../messages/recall.ts'
import { send as say } from '../messages/send.ts'
import { typing as type } from '../messages/typing.ts'
import { findProfiles } from '../people/people.ts'
import { requireGroup } from './group.ts'
import { limits } from './limits.ts'
import {
  countReaders,
  findSeen,
  listMentions,
  listReaders,
  unreadCounts as countUnread,
} from './messages.store.ts'

export async function send(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.send'>,
): Promise<GroupMessage> {
  return (await say(ctx, actor, input)) as GroupMessage
}

/** `cursor` reads on towards the beginning, as `next_cursor` of a page says. */
export async function history(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.history'>,
): Promise<OutputOf<'groups.history'>> {
  const { group_id, cursor, ...range } = input
  const { id } = await requireGroup(ctx.sql, group_id, actor)
  const before = cursor === undefined || cursor === '' ? {} : { before_seq: seqOf(cursor) }
  const paged = cursor === undefined ? {} : { limit: input.limit ?? 50 }
  return (await read(ctx, actor, {
    id,
    ...range,
    ...paged,
    ...before,
  })) as OutputOf<'groups.history'>
}

function seqOf(cursor: string): number {
  if (!/^[0-9]{1,15}$/.test(cursor)) throw invalid('cursor', 'pattern')
  return Number(cursor)
}

/** Of others’ conversations nothing is found by this name. */
export async function recall(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.recall'>,
): Promise<GroupMessage> {
  if (!(await findSeen(ctx.sql, input.id, actor.id))) throw new Failure('messageNotFound')
  return (await takeBack(ctx, actor, input)) as GroupMessage
}

export async function markMessages(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.read'>,
): Promise<OutputOf<'groups.read'>> {
  const { id } = await requireGroup(ctx.sql, input.group_id, actor)
  return markRead(ctx, actor, { id, ...(input.seq === undefined ? {} : { seq: input.seq }) })
}

export async function unreadCount(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.unreadCount'>,
): Promise<OutputOf<'groups.unreadCount'>> {
  const [row] = await countUnread(ctx.sql, actor.id, [input.group_id])
  if (!row) throw new Failure('groupNotFound')
  return { count: row.unread }
}

export async function unreadCounts(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.unreadCounts'>,
): Promise<OutputOf<'groups.unreadCounts'>> {
  const rows = await countUnread(ctx.sql, actor.id, input.group_ids)
  return Object.fromEntries(rows.map((row) => [row.group_id, row.unread]))
}

export async function readers(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.readers'>,
): Promise<OutputOf<'groups.readers'>> {
  const message = await findSeen(ctx.sql, input.id, actor.id)
  if (!message) throw new Failure('messageNotFound')
  if (message.member_count > limits.groups.readersMax) {
    return { count: await countReaders(ctx.sql, actor.id, message), list: [] }
  }
  const rows = await listReaders(ctx.sql, actor.id, message, limits.groups.readersMax)
  const people = rows.map((row) => row.user_id)
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  const list = rows.flatMap(({ user_id, read_seq, read_at }) => {
    const user = profiles.get(user_id)
    return user ? [{ user, read_seq, read_at: read_at?.toISOString() ?? null }] : []
  })
  return { count: list.length, list }
}

export async function mentions(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.mentions'>,
): Promise<OutputOf<'groups.mentions'>> {
  const limit = input.limit ?? 20
  const [before = Number.MAX_SAFE_INTEGER] = input.cursor ? decodeNumbers(input.cursor, 1) : []
  const ids = await listMentions(ctx.sql, actor.id, before, limit + 1)
  const shown = ids.slice(0, limit)
  const edge = ids.length > limit ? shown.at(-1) : undefined
  const found = await showMessages(ctx, actor.id, shown)
  return {
    list: found.toSorted((a, b) => b.id - a.id) as GroupMessage[],
    has_more: edge !== undefined,
    next_cursor: edge === undefined ? null : encodeCursor([edge]),
  }
}

export async function typing(
  ctx: Context,
  actor: Actor,
  input: InputOf<'groups.typing'>,
): Promise<OutputOf<'groups.typing'>> {
  await type(ctx, actor, { group_id: input.group_id })
  return { message: 'told' }
}
