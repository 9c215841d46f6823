// Keeps the index of what was said, behind the commit: nobody who speaks waits for it. What is not in it
// yet is read by each search itself, so it may be late and is never wrong for that.
import type { BaseContext } from '../../context.ts'
import type { Sql, TxSql } from '../../infra/db.ts'
import { endOfTime } from '../../core/page.ts'
import { filterOf, noWords, type Words } from './bloom.ts'
import { limits } from './limits.ts'
import {
  findSpokenIn,
  forgetIndex,
  isBehind,
  nextConversations,
  readMessages,
  replaceSlices,
  reword,
  saveProgress,
  tailsOf,
  takeChanged,
  takeProgress,
  type IndexedMessage,
  type Slice,
  type Tail,
} from './indexing.store.ts'
import { marks, wordsIn } from './words.ts'

/**
 * Indexes what was said before a time; where people have gone on talking since, only as much as fills
 * slices, so that it is indexed once. Answers whether there was anything to do; another process that is at
 * it does it.
 */
export async function indexNew(
  ctx: Pick<BaseContext, 'sql' | 'transact'>,
  before: Date,
): Promise<boolean> {
  if (!(await isBehind(ctx.sql, before))) return false
  return ctx.transact(async ({ sql }) => {
    const progress = await takeProgress(sql)
    if (!progress) return false
    if (progress.is_ahead) {
      await forgetIndex(sql)
      return true
    }
    await indexChanged(sql)
    const spoken = await findSpokenIn(sql, progress.message_id, before)
    const isWhole = await indexAll(sql, spoken.conversations, before)
    const message_id = isWhole ? spoken.last : progress.message_id
    await saveProgress(sql, { message_id, built_to: await build(sql, progress.built_to) })
    return true
  })
}

/** The index is gone, and is made anew by the workers. */
export async function rebuild(sql: Sql): Promise<void> {
  await sql.begin((tx) => forgetIndex(tx as unknown as TxSql))
}

/** The next conversations from their beginning; answers how far it is then, null: at the end. */
async function build(sql: TxSql, from: number | null): Promise<number | null> {
  if (from === null) return null
  const { conversations } = limits.index
  const ids = await nextConversations(sql, from, conversations)
  // A long one takes many rounds, and the others come along as far as they go.
  if (!(await indexSome(sql, ids, endOfTime))) return from
  return ids.length < conversations ? null : (ids.at(-1) ?? null)
}

async function indexAll(sql: TxSql, ids: readonly number[], before: Date): Promise<boolean> {
  let isWhole = true
  for (let at = 0; at < ids.length; at += limits.index.conversations) {
    const some = ids.slice(at, at + limits.index.conversations)
    isWhole = (await indexSome(sql, some, before)) && isWhole
  }
  return isWhole
}

/** Answers whether whatever is to be indexed there is. */
async function indexSome(sql: TxSql, ids: readonly number[], before: Date): Promise<boolean> {
  const found = ids.length === 0 ? [] : await tailsOf(sql, ids, before)
  const tails = found.filter((tail) => endOf(tail) > tail.indexed)
  if (tails.length === 0) return true
  const { messages: most, messagesEachMin } = limits.index
  const limit = Math.max(messagesEachMin, Math.floor(most / tails.length))
  const from = tails.map((tail) => {
    return { conversation: tail.id, low: beginOf(tail), high: endOf(tail) }
  })
  const messages = await readMessages(sql, from, limit)
  const byConversation = Map.groupBy(messages, (each) => each.conversation_id)
  const slices = [...byConversation.values()].flatMap(cut)
  if (slices.length > 0) await replaceSlices(sql, from, slices)
  return tails.every(({ id }) => (byConversation.get(id)?.length ?? 0) < limit)
}

/** Where people go on talking no slice is made that they would fill soon. */
function endOf(tail: Tail): number {
  if (tail.is_resting) return tail.last_seq
  const first = tail.open[0]?.[0] ?? tail.indexed + 1
  return tail.last_seq - ((tail.last_seq - first + 1) % limits.index.sliceMessages)
}

/**
 * What is new becomes a crumb of its own; eight crumbs become one slice; and whatever fills a slice is cut
 * anew. So a message is indexed some three times, and a conversation never has many small slices.
 */
function beginOf({ indexed, last_seq, open }: Tail): number {
  const { crumbs: most, sliceMessages } = limits.index
  const first = open[0]?.[0] ?? indexed + 1
  if (last_seq - first + 1 >= sliceMessages) return first
  const crumbs = open.filter(([low, high]) => high - low + 1 < most)
  return crumbs.length + 1 >= most ? (crumbs[0]?.[0] ?? indexed + 1) : indexed + 1
}

/** Messages of one conversation, by rising seq. */
function cut(messages: readonly IndexedMessage[]): Slice[] {
  const { sliceMessages, sliceWords } = limits.index
  const slices: Slice[] = []
  let words = noWords()
  let begin = 0
  for (const [at, message] of messages.entries()) {
    addWords(message, words)
    const isFull =
      at - begin + 1 === sliceMessages || words.wholes.size + words.beginnings.size >= sliceWords
    if (!isFull && at < messages.length - 1) continue
    slices.push(sliceOf(messages.slice(begin, at + 1), words, isFull))
    words = noWords()
    begin = at + 1
  }
  return slices
}

function sliceOf(messages: readonly IndexedMessage[], words: Words, is_full: boolean): Slice {
  const [first, last] = [messages[0] as IndexedMessage, messages.at(-1) as IndexedMessage]
  const times = messages.map((each) => each.created_at.getTime())
  return {
    conversation_id: first.conversation_id,
    first_seq: first.seq,
    last_seq: last.seq,
    first_id: first.id,
    last_id: last.id,
    first_at: new Date(Math.min(...times)),
    last_at: new Date(Math.max(...times)),
    is_full,
    words: filterOf(words),
  }
}

function addWords(message: IndexedMessage, words: Words): void {
  if (message.is_recalled) return
  wordsIn(message, words)
  words.wholes.add(marks.sender(message.sender_id))
  words.wholes.add(marks.type(message.message_type))
}

/** Slices of which something was edited or taken back: its old words are not kept. */
async function indexChanged(sql: TxSql): Promise<void> {
  const changed = await takeChanged(sql)
  for (let at = 0; at < changed.length; at += limits.index.conversations) {
    const some = changed.slice(at, at + limits.index.conversations)
    const stretches = some.map((each) => {
      return { conversation: each.conversation_id, low: each.first_seq, high: each.last_seq }
    })
    const messages = await readMessages(sql, stretches, limits.index.sliceMessages)
    await reword(
      sql,
      some.map(({ conversation_id, first_seq, last_seq }) => {
        const words = noWords()
        for (const each of messages) {
          const isIn = each.conversation_id === conversation_id
          if (isIn && each.seq >= first_seq && each.seq <= last_seq) addWords(each, words)
        }
        return { conversation_id, first_seq, words: filterOf(words) }
      }),
    )
  }
}
