// One draft alone has a shorter statement: whatever there is, the two do what the one for many does.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  commitSettings,
  storeMany,
  storeOne,
  verdicts,
} from '../../src/features/messages/commit.store.ts'
import type { Draft } from '../../src/features/messages/draft.ts'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase({ settings: commitSettings })
  sql = database.sql
  await sql`
    insert into users (user_id, email, nickname)
    select 'p-' || n, n || '@commit.invalid', '' from generate_series(1, 3) n`
})
afterAll(() => database[Symbol.asyncDispose]())

const scene = fc.record({
  isOpen: fc.boolean(),
  member: fc.constantFrom('in', 'in', 'in', 'left', 'muted', 'was muted', 'never'),
  /** Messages before, by whom; the read mark of the sender is behind so many of them. */
  before: fc.array(fc.constantFrom(1, 2), { maxLength: 4 }),
  unread: fc.nat(4),
  secondsAgo: fc.constantFrom(1, 3_600),
  reply: fc.constantFrom('none', 'none', 'here', 'elsewhere', 'nowhere'),
  said: fc.constantFrom('never', 'never', 'the same', 'other words', 'elsewhere'),
  knows: fc.boolean(),
})
type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never

const outcomes = new Set<number>()
const key = '3f0f5a52-6c3b-4c39-9d7e-0a51f3a1c001'

test('alone or as a batch of one: the same answer, and the same is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (made) => {
      const [one, many] = await Promise.all([played(made, alone), played(made, asMany)])
      expect(one).toEqual(many)
      outcomes.add(one.answer.verdict)
    }),
    // The same scenes each time, so that none of what is met is left to chance.
    { seed: 7, numRuns: 300, endOnFailure: true },
  )
  // All there are were met; else the scenes above have become too tame.
  expect([...outcomes].toSorted((a, b) => a - b)).toEqual(Object.values(verdicts))
  expect(short).toBeGreaterThan(20)
}, 60_000)

type Store = typeof storeOne

const asMany: Store = (on, draft) => storeMany(on, [draft])

/** How often the shorter statement was enough. */
let short = 0

const alone: Store = async (on, draft) => {
  const rows = await storeOne(on, draft)
  if (rows.length > 0) short++
  return rows.length > 0 ? rows : asMany(on, draft)
}

/** What a statement answers and leaves, in a transaction that is taken back. */
async function played(made: Scene, store: Store) {
  let seen: Awaited<ReturnType<typeof look>> | undefined
  await sql
    .begin(async (tx) => {
      const on = tx as unknown as Sql
      const draft = await set(on, made)
      const [row] = await store(on, draft)
      seen = await look(on, draft, row!)
      throw new TakenBack()
    })
    .catch((error: unknown) => {
      if (!(error instanceof TakenBack)) throw error
    })
  return seen!
}

class TakenBack extends Error {}

async function set(on: Sql, made: Scene): Promise<Draft> {
  const [sender, other] = [1, 2]
  const seq = made.before.length
  const conversation = async (last: number) => {
    const [row] = await on<{ id: number }[]>`
      insert into conversations (kind, is_open, last_seq, version, last_message_at)
      values (2, ${made.isOpen}, ${last}, ${last}, now() - ${made.secondsAgo} * interval '1 second')
      returning id`
    return row!.id
  }
  const [here, elsewhere] = [await conversation(seq), await conversation(1)]
  const say = async (where: number, by: number, at: number, given?: string) => {
    const id =
      given ?? `00000000-0000-4000-8000-${String(where === here ? at : 0).padStart(12, '0')}`
    const [row] = await on<{ id: number }[]>`
      insert into messages (conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
      values (${where}, ${at}, ${by}, ${id}, 5, 1, 'before') returning id`
    return row!.id
  }
  const foreign = await say(elsewhere, sender, 1, made.said === 'elsewhere' ? key : undefined)
  const ids: number[] = []
  for (const [index, by] of made.before.entries()) {
    const repeats = index === 0 && by === sender && /same|other/.test(made.said)
    ids.push(await say(here, by, index + 1, repeats ? key : undefined))
  }
  const mark = Math.max(0, seq - made.unread)
  const left = made.member === 'left'
  const muted = { muted: 3_600, 'was muted': -3_600 }[made.member as string] ?? null
  for (const user of made.member === 'never' ? [other] : [sender, other]) {
    await on`
      insert into conversation_members
        (conversation_id, user_id, read_seq, read_count, left_at, muted_until)
      values (${here}, ${user}, ${mark}, ${made.knows ? mark : Math.min(seq, mark + 1)},
        ${left ? on`now()` : null}, now() + ${muted}::int * interval '1 second')`
  }
  const replies = { none: null, here: ids[0] ?? null, elsewhere: foreign, nowhere: 999_999_999 }
  return {
    ref: { id: here } as Draft['ref'],
    senderId: sender,
    senderUserId: 'p-1',
    clientMsgId: key,
    digest: made.said === 'other words' ? 6n : 5n,
    type: 1,
    content: 'now',
    mediaUrl: '',
    replyToId: replies[made.reply],
    origin: '',
  }
}

type Row = Awaited<ReturnType<typeof storeOne>>[number]

/** Without numbers that the database gives anew each time. */
async function look(on: Sql, draft: Draft, { id, outbox_id, created_at, ...answer }: Row) {
  const here = draft.ref.id
  const messages = await on<{ id: number; seq: number }[]>`
    select id, seq, sender_id, client_msg_id, digest, message_type, content, media_url,
      reply_to_id is not null as replies, created_at = now() as is_new
    from messages where conversation_id = ${here} order by seq`
  const [head] = await on<{ last_message_id: number | null }[]>`
    select last_seq, version, last_message_id, last_message_at = now() as is_new
    from conversations where id = ${here}`
  const members = await on`
    select user_id, read_seq, read_count, read_at from conversation_members
    where conversation_id = ${here} order by user_id`
  const outbox = await on<
    { id: number; message_ids: number[] | null }[]
  >`select id, message_ids from outbox`
  const seqOf = (message: number | null | undefined) =>
    messages.find((each) => each.id === Number(message))?.seq ?? null
  return {
    answer: { ...answer, verdict: answer.verdict, at: seqOf(id), dated: created_at !== null },
    messages: messages.map((each) => ({ ...each, id: 'given anew' })),
    head: { ...head, last_message_id: seqOf(head?.last_message_id) },
    members: [...members],
    outbox: outbox.map((each) => [each.id === outbox_id, each.message_ids?.map(seqOf)]),
  }
}
