// The plan of a search: it looks at the slices of one's own conversations, whatever others there are.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { filterOf, hashOf, noWords } from '../../src/features/search/bloom.ts'
import { readIndex, type Wanted } from '../../src/features/search/store.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { explain, found, scanned } from '../support/plan.ts'

const me = 1
const mine = 50
const slices = 20
const wanted = 10

let database: OpenDatabase
beforeAll(async () => {
  database = await openDatabase()
  const { sql } = database
  const words = filterOf({
    ...noWords(),
    wholes: new Set([hashOf('heron'), hashOf('stork')]),
  }).toString('hex')
  await sql`set session_replication_role = replica`
  await sql`
    insert into users (user_id, email, nickname)
    select 's-' || n, n || '@search.invalid', '' from generate_series(1, 1002) n`
  // Every twentieth is mine.
  await sql`
    insert into conversations (kind, user1_id, user2_id, last_seq, last_message_id)
    select 1, case when n % 20 = 0 then ${me} else n + 1 end, n + 2, ${slices * 64}, ${slices} * 64000 + n
    from generate_series(1, ${mine * 20}::int) n`
  await sql`
    insert into conversation_members (conversation_id, user_id, is_direct)
    select id, member, true
    from conversations, lateral (values (user1_id), (user2_id)) as both_of (member)`
  await sql`
    insert into message_slices
    select id, 64 * n - 63, 64 * n, 64000 * (n - 1) + id, 64000 * n + id, now(), now(), true,
      decode(${words}, 'hex')
    from generate_series(1, ${slices}::int) n, conversations`
  await sql`vacuum analyze`
  await sql`set enable_seqscan = off`
}, 60_000)
afterAll(() => database[Symbol.asyncDispose]())

const anything: Wanted = {
  user: me,
  before: Number.MAX_SAFE_INTEGER,
  conversation: null,
  sender: null,
  type: null,
  since: null,
  until: null,
  mentionsMe: false,
}

/** Slices that are looked at. */
async function looked(more: Partial<Wanted>, most: number): Promise<number> {
  const { sql } = database
  const question = readIndex(
    sql,
    [{ word: hashOf('heron'), isBeginning: false }],
    { ...anything, ...more, odd: null },
    wanted,
    most,
  )
  const nodes = await explain(sql, question)
  expect(scanned(nodes)).not.toContain('message_slices')
  return found(nodes, 'message_slices')
}

test('slices of one’s own conversations are looked at, and how far each is indexed', async () => {
  expect(await looked({}, Infinity)).toBe(mine * slices + mine)
})

test('of one conversation no more than may be wanted, where all fit', async () => {
  expect(await looked({ conversation: 20 }, Infinity)).toBe(wanted + 2)
})

test('a page looks at about as many as it may', async () => {
  const count = await looked({}, 200)
  expect(count).toBeGreaterThanOrEqual(200)
  expect(count).toBeLessThanOrEqual(200 + 3 * mine)
})
