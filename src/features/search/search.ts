// Find what was said: by the index and by what is not indexed yet, compared with the texts as they stand,
// and shown as far as whoever asks may read it now.
import type { Actor } from '../../core/actor.ts'
import { invalid, isFailure } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor } from '../../core/page.ts'
import type { Context } from '../../context.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import type { FoundMessage } from '../../protocol/search.ts'
import { requireMember } from '../conversations/membership.ts'
import { requireGroup } from '../groups/group.ts'
import { showMessages } from '../messages/delivery/replay.ts'
import { findPerson } from '../people/people.ts'
import type { Asked } from './bloom.ts'
import { findHits, type Found } from './hits.ts'
import { requireTerms, wordsOf, type Term } from './keyword.ts'
import { limits, type Reach } from './limits.ts'
import { match } from './match.ts'
import { findReadable } from './reading.store.ts'
import { searchPool } from './state.ts'
import type { Wanted } from './store.ts'
import { marks } from './words.ts'

type Input = InputOf<'messages.search'>

const defaultSize = 20
const newest = Number.MAX_SAFE_INTEGER
const nothing: Found = { ids: [], down: 0 }

export async function search(
  ctx: Context,
  actor: Actor,
  input: Input,
  reach: Reach = input.conversation_id === undefined && input.group_id === undefined
    ? limits.search.everywhere
    : limits.search.inside,
): Promise<OutputOf<'messages.search'>> {
  const terms = requireTerms(input.keyword, ctx.config.searchHanAlike)
  const { cursor, limit, conversation_id: id } = input
  const [before = newest] = cursor ? decodeNumbers(cursor, 1) : []
  const look = async () => {
    const wanted = await wantedOf(ctx, actor, input, before)
    const asked = { ctx, actor, input, terms, wanted, reach }
    if (cursor === undefined && limit === undefined) return byNumber(asked)
    return byCursor(asked, limit ?? defaultSize)
  }
  // What is found are one's own conversations whatever is asked for: a look need not wait for the check.
  const check = id === undefined ? null : requireMember(ctx.sql, id, actor.id)
  const [answer] = await Promise.all([look(), check])
  return answer
}

interface Task {
  readonly ctx: Context
  readonly actor: Actor
  readonly input: Input
  readonly terms: readonly Term[]
  /** Null: nothing can be found, for there is no such person. */
  readonly wanted: Wanted | null
  readonly reach: Reach
}

async function byNumber(asked: Task): Promise<OutputOf<'messages.search'>> {
  const { page = 1, page_size = defaultSize } = asked.input
  const { countedMax, countedMessagesMax } = limits.search
  const { ids } = await find(asked, countedMax, countedMessagesMax)
  const [from, end] = [(page - 1) * page_size, page * page_size]
  const list = await show(asked, ids.slice(from, end))
  return { list, total: ids.length, page, page_size, has_more: ids.length > end }
}

async function byCursor(asked: Task, limit: number): Promise<OutputOf<'messages.search'>> {
  const { ids, down } = await find(asked, limit + 1, limits.search.messagesMax)
  const shown = ids.slice(0, limit)
  const last = shown.at(-1)
  const below = down > 0 && last !== down ? down + 1 : down
  const edge = ids.length > limit ? last : below > 0 ? below : undefined
  return {
    list: await show(asked, shown),
    has_more: edge !== undefined,
    next_cursor: edge === undefined ? null : encodeCursor([edge]),
  }
}

async function find(
  { ctx, input, terms, wanted, reach }: Task,
  enough: number,
  messagesMax: number,
): Promise<Found> {
  if (!wanted) return nothing
  return findHits(ctx.of(searchPool), {
    terms,
    words: [...wordsOf(input.keyword), ...marksOf(wanted)],
    isAlike: ctx.config.searchHanAlike,
    wanted,
    enough,
    messagesMax,
    reach,
  })
}

/** Whose messages, and where; of others’ conversations nothing is said. */
async function wantedOf(
  ctx: Context,
  actor: Actor,
  input: Input,
  before: number,
): Promise<Wanted | null> {
  const { conversation_id: id, group_id, from_user_id, since, until } = input
  const group = group_id === undefined ? null : await requireGroup(ctx.sql, group_id, actor)
  if (id !== undefined && group && id !== group.id) {
    throw invalid('group_id', 'conflict', { with: 'conversation_id' })
  }
  const sender = from_user_id === undefined ? null : await personOf(ctx, actor, from_user_id)
  if (sender === undefined) return null
  return {
    user: actor.id,
    before,
    conversation: id ?? group?.id ?? null,
    sender,
    type: input.message_type ?? null,
    since: since === undefined ? null : new Date(since),
    until: until === undefined ? null : new Date(until),
    mentionsMe: input.mentions_me ?? false,
  }
}

async function personOf(ctx: Context, actor: Actor, userId: string): Promise<number | undefined> {
  if (userId.toLowerCase() === actor.userId.toLowerCase()) return actor.id
  try {
    return (await findPerson(ctx.sql, userId)).id
  } catch (error) {
    if (isFailure(error, 'userNotFound')) return undefined
    throw error
  }
}

/** What a slice has to have besides the words. */
function marksOf({ sender, type }: Wanted): Asked[] {
  const said = [
    ...(sender === null ? [] : [marks.sender(sender)]),
    ...(type === null ? [] : [marks.type(type)]),
  ]
  return said.map((word) => ({ word, isBeginning: false }))
}

/**
 * As they stand now: what was taken back or says something else since is not among them, nor what may not
 * be read any more.
 */
async function show({ ctx, actor, terms }: Task, ids: readonly number[]): Promise<FoundMessage[]> {
  if (ids.length === 0) return []
  const [messages, readable] = await Promise.all([
    showMessages(ctx, actor.id, ids),
    findReadable(ctx.of(searchPool), actor.id, ids),
  ])
  return messages
    .toSorted((a, b) => b.id - a.id)
    .flatMap((message) => {
      const file_name = readable.get(message.id)
      if (file_name === undefined || message.is_recalled) return []
      const highlights = match(terms, { ...message, file_name }, ctx.config.searchHanAlike)
      return highlights ? [{ ...message, highlights }] : []
    })
}
