// What is plain has shorter statements: whatever there is, they and the one that judges do together what
// that one does alone.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { commitPlain, isPlain, storeMany } from '../../src/features/messages/commit/plain.store.ts'
import {
  commitJudged,
  commitSettings,
  judgeMany,
  verdicts,
  type CommitRow,
} from '../../src/features/messages/commit/store.ts'
import type { Draft } from '../../src/features/messages/commit/draft.ts'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { explain } from '../support/plan.ts'

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
  isOpen: fc.constantFrom(true, true, true, false),
  member: fc.constantFrom(...Array<'in'>(12).fill('in'), 'left', 'muted', 'was muted', 'never'),
  /** Messages before, by whom; the read mark of the sender is behind so many of them. */
  before: fc.array(fc.constantFrom(1, 2), { maxLength: 4 }),
  unread: fc.nat(4),
  secondsAgo: fc.constantFrom(1, 3_600),
  reply: fc.constantFrom(...Array<'none'>(8).fill('none'), 'here', 'elsewhere', 'nowhere'),
  said: fc.constantFrom(
    ...Array<'never'>(8).fill('never'),
    'the same',
    'other words',
    'elsewhere',
    'burned',
  ),
  knows: fc.boolean(),
  role: fc.constantFrom(1, 1, 2, 3),
  /** The role it takes to speak, and seconds of slow mode. */
  posting: fc.constantFrom(...Array<number>(9).fill(1), 2),
  slow: fc.constantFrom(...Array<number>(9).fill(0), 60),
  /** Seconds of its timer; 0: there was one. */
  burn: fc.constantFrom(...Array<null>(8).fill(null), 0, 60),
  spoke: fc.constantFrom(null, 1, 59, 61),
  at: fc.constantFrom(...Array<'none'>(8).fill('none'), 'somebody', 'all'),
  /** How much of what came before is not for the sender. */
  hidden: fc.constantFrom(0, 0, 0, 0, 0, 1),
})
type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never

const outcomes = new Set<number>()
const keyOf = (nth: number) => `3f0f5a52-6c3b-4c39-9d7e-0a51f3a1c00${nth}`

test('plain or not, alone or many: the same answers, and the same is left behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(scene, { minLength: 1, maxLength: 3 }), async (scenes) => {
      const [quick, judged] = await Promise.all([
        played(scenes, plainFirst),
        played(scenes, async (on, drafts) => (await commitJudged(on, drafts)).rows),
      ])
      expect(quick).toEqual(judged)
      for (const { answer } of quick.drafts) outcomes.add(answer.verdict)
    }),
    // The same scenes each time, so that none of what is met is left to chance.
    { seed: 7, numRuns: 300, endOnFailure: true },
  )
  // All there are were met; else the scenes above have become too tame. What is stale is so by another
  // transaction: tests/features/groups.races.test.ts; what is unwanted comes to no statement.
  const elsewhere: readonly number[] = [verdicts.stale, verdicts.unwanted]
  const all = Object.values(verdicts).filter((verdict) => !elsewhere.includes(verdict))
  expect([...outcomes].toSorted((a, b) => a - b)).toEqual(all)
  expect(alone).toBeGreaterThan(5)
  expect(together).toBeGreaterThan(5)
}, 240_000)

test('none of a large batch is compared with all the others', async () => {
  const many = 200
  const conversations = await sql<{ id: number }[]>`
    with made as (
      insert into conversations (kind, group_id, is_open)
      select 2, gen_random_uuid(), true from generate_series(1, ${many}::int) returning id
    ), joined as (
      insert into conversation_members (conversation_id, user_id) select id, 1 from made
    )
    select id from made`
  for (const statement of [storeMany, judgeMany]) {
    const drafts = conversations.map(({ id }) => draftFor(id, crypto.randomUUID()))
    const nodes = await explain(sql, statement(sql, drafts))
    const looks = nodes.map((node) => {
      const passed =
        (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)
      return (node['Actual Rows'] + passed) * node['Actual Loops']
    })
    // It was stored, and each step looked at each draft once.
    expect(nodes.some((node) => node['Node Type'] === 'ModifyTable')).toBe(true)
    expect(Math.max(...looks)).toBe(many)
  }
})

type Store = (on: Sql, drafts: readonly Draft[]) => Promise<readonly (CommitRow | undefined)[]>

/** How often a shorter statement was enough: for one draft, and for several. */
let alone = 0
let together = 0

const plainFirst: Store = async (on, drafts) => {
  const plain = isPlain(drafts) ? (await commitPlain(on, drafts)).rows : drafts.map(() => undefined)
  const open = drafts.filter((_, index) => !plain[index])
  if (open.length === 0 && drafts.length === 1) alone++
  if (drafts.length - open.length > 1) together++
  const { rows } = open.length > 0 ? await commitJudged(on, open) : { rows: [] }
  return drafts.map((draft, index) => plain[index] ?? rows[open.indexOf(draft)])
}

/** What the statements answer and leave, in a transaction that is taken back. */
async function played(scenes: readonly Scene[], store: Store) {
  let seen: { drafts: Awaited<ReturnType<typeof look>>[]; told: unknown } | undefined
  await sql
    .begin(async (tx) => {
      const on = tx as unknown as Sql
      const drafts: Draft[] = []
      for (const [nth, made] of scenes.entries()) drafts.push(await set(on, made, nth))
      const rows = await store(on, drafts)
      const looks: Awaited<ReturnType<typeof look>>[] = []
      for (const [nth, draft] of drafts.entries()) looks.push(await look(on, draft, rows[nth]!))
      // In one row or in two: each is told of once.
      const told = await on`
        select m.client_msg_id, m.seq from outbox o, messages m where m.id = any(o.message_ids)
        order by m.client_msg_id`
      seen = { drafts: looks, told: [...told] }
      throw new TakenBack()
    })
    .catch((error: unknown) => {
      if (!(error instanceof TakenBack)) throw error
    })
  return seen!
}

class TakenBack extends Error {}

async function set(on: Sql, made: Scene, nth: number): Promise<Draft> {
  const key = keyOf(nth)
  const [sender, other] = [1, 2]
  const seq = made.before.length
  const conversation = async (last: number) => {
    const [row] = await on<{ id: number }[]>`
      insert into conversations (kind, group_id, is_open, last_seq, version, last_message_at,
        posting_role, slow_seconds, burn_seconds)
      values (2, gen_random_uuid(), ${made.isOpen}, ${last}, ${last},
        now() - ${made.secondsAgo} * interval '1 second', ${made.posting}, ${made.slow}, ${made.burn})
      returning id`
    return row!.id
  }
  const [here, elsewhere] = [await conversation(seq), await conversation(1)]
  const say = async (where: number, by: number, at: number, given?: string) => {
    const id =
      given ??
      `00000000-0000-4000-8000-${String(10 * nth + (where === here ? at : 0)).padStart(12, '0')}`
    const [row] = await on<{ id: number }[]>`
      insert into messages (conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
      values (${where}, ${at}, ${by}, ${id}, 5, 1, 'before') returning id`
    return row!.id
  }
  if (made.said === 'burned') {
    await on`
      insert into burned_messages
        (conversation_id, seq, message_id, sender_id, client_msg_id, said_at, burned_at)
      values (${here}, ${seq + 1}, 999, ${sender}, ${key}, now(), now())`
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
        (conversation_id, user_id, read_seq, read_count, left_at, muted_until, role, sees_after,
        spoke_at)
      values (${here}, ${user}, ${mark}, ${made.knows ? mark : Math.min(seq, mark + 1)},
        ${left ? on`now()` : null}, now() + ${muted}::int * interval '1 second',
        ${made.role}, ${made.hidden}, now() - ${made.spoke}::int * interval '1 second')`
  }
  const replies = { none: null, here: ids[0] ?? null, elsewhere: foreign, nowhere: 999_999_999 }
  const mentioned = { none: null, somebody: [other], all: [0] }[made.at]
  return {
    ...draftFor(here, key),
    digest: made.said === 'other words' ? 6n : 5n,
    replyToId: replies[made.reply],
    atUsers: mentioned,
  }
}

/** What the first of them says, plainly. */
function draftFor(conversation: number, clientMsgId: string): Draft {
  return {
    ref: { id: conversation } as Draft['ref'],
    senderId: 1,
    senderUserId: 'p-1',
    clientMsgId,
    digest: 5n,
    type: 1,
    content: 'now',
    mediaUrl: '',
    replyToId: null,
    atUsers: null,
    atNames: '[]',
    origin: '',
  }
}

/** Without numbers that the database gives anew each time. */
async function look(on: Sql, draft: Draft, { id, created_at, ...row }: CommitRow) {
  const { verdict, seq, follows, marked } = row
  const burns = verdict === verdicts.stored && Boolean(row.expires_at)
  const answer = { verdict, seq, follows, marked, burns }
  const here = draft.ref.id
  const messages = await on<{ id: number; seq: number }[]>`
    select id, seq, sender_id, client_msg_id, digest, message_type, content, media_url,
      reply_to_id is not null as replies, at_users, created_at = now() as is_new,
      expires_at - now() as burns_in,
      (select expires_at - now() from message_ends where message_id = messages.id) as ends_in
    from messages where conversation_id = ${here} order by seq`
  const [head] = await on<{ last_message_id: number | null }[]>`
    select last_seq, version, last_message_id, last_message_at = now() as is_new
    from conversations where id = ${here}`
  const members = await on`
    select user_id, read_seq, read_count, read_at, spoke_at = now() as spoke
    from conversation_members
    where conversation_id = ${here} order by user_id`
  const mentions = await on`
    select user_id, seq from mentions where conversation_id = ${here} order by seq, user_id`
  const seqOf = (message: number | null | undefined) =>
    messages.find((each) => each.id === Number(message))?.seq ?? null
  return {
    answer: { ...answer, at: seqOf(id), dated: created_at !== null },
    messages: messages.map((each) => ({ ...each, id: 'given anew' })),
    head: { ...head, last_message_id: seqOf(head?.last_message_id) },
    members: [...members],
    mentions: [...mentions],
  }
}
