// The plans of conversation lists: what is shown of the other side is read for a page, not for all.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { listConversations, readPage } from '../../src/features/conversations/list.store.ts'
import { countUnread, settleUnread } from '../../src/features/conversations/unread.store.ts'
import { findBurned } from '../../src/features/deletions/burning.store.ts'
import { findNews, listChanged } from '../../src/features/messages/catchup.store.ts'
import { findChanges, findNew } from '../../src/features/sync/store.ts'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { explain, found, scanned } from '../support/plan.ts'

const mine = 2_000
const me = 1

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase()
  sql = database.sql
  await sql`set session_replication_role = replica`
  await sql`
    insert into users (user_id, email, nickname)
    select 'p-' || n, n || '@plans.invalid', '' from generate_series(1, ${mine + 1}::int) n`
  // Mine lie among those of others, who have one each on average: so any index that begins with a person
  // seems as good as another.
  await sql`
    insert into conversations (kind, user1_id, user2_id, last_seq, last_message_at)
    select 1, a, b, 10, timestamptz '2026-01-01' + (a * 31 + b * 7919) % 100000 * interval '1 second'
    from (
      select ${me} as a, n as b from generate_series(2, ${mine + 1}::int) n
      union all
      select n, n + k from generate_series(2, ${mine - 20}::int) n, generate_series(1, 4) k
      union all
      select n, n + 100000 from generate_series(${mine + 2}::int, 40000) n
    ) pairs order by (a * 131 + b * 17) % 20011`
  await sql`
    insert into conversation_members (
      conversation_id, user_id, read_seq, read_count, is_pinned, is_direct)
    select id, member, 7, 7, member = ${me} and id % 500 = 0, true
    from conversations, lateral (values (user1_id), (user2_id)) as both_of (member) order by id`
  // So does what happened to people.
  await sql`
    insert into account_changes (user_id, kind, ref, xid)
    select case when n <= ${mine} then ${me} else n end, 1, n, '1'
    from generate_series(1, 40000) n order by n % 97`
  await sql`vacuum analyze`
}, 240_000)
afterAll(() => database[Symbol.asyncDispose]())

/** Nobody has a draft, nor hides anything. */
const empty = new Set(['conversation_drafts', 'privacy_settings'])

test('a page is read out of the hours that it spans, and not out of all conversations', async () => {
  for (const after of [null, { pinned: false, at: new Date('2026-01-01T12:00:00Z'), id: 1 }]) {
    const page = { kinds: [1], archived: false, limit: 21, offset: 0, after }
    const nodes = await explain(sql, readPage(sql, me, page, 21))
    expect(scanned(nodes).filter((name) => !empty.has(name!))).toEqual([])
    // At most three hours of 28 are looked at, then those pinned, and the page itself.
    expect(found(nodes, 'conversations')).toBeLessThanOrEqual((3 * mine) / 28 + 3 * 21)
    expect(found(nodes, 'conversation_members')).toBeLessThanOrEqual(5 * 21)
  }
})

test('what is unread is counted where something happened since it was settled', async () => {
  expect([...(await countUnread(sql, me))]).toEqual([{ count: 3 * mine, is_due: true }])
  await settleUnread(sql, me)
  expect([...(await countUnread(sql, me))]).toEqual([{ count: 3 * mine, is_due: false }])
  const nodes = await explain(sql, countUnread(sql, me))
  expect(scanned(nodes)).toEqual([])
  expect(found(nodes, 'conversations')).toBe(0)
  expect(found(nodes, 'conversation_members')).toBe(0)
})

test('what is new is found among conversations that moved lately, on either side', async () => {
  // A quarter of a million transactions later.
  const since = { since: '600000:600000:', at: Date.now() / 1_000 }
  const before = await sql`
    update conversations set xid = '599999' where user1_id = ${me} and id % 50 = 0 returning id`
  for (const who of [me, mine - 30]) {
    const moved = await sql<{ id: number }[]>`
      update conversations set xid = '600000'
      where id in (
        select id from conversations where ${who} in (user1_id, user2_id) order by user1_id, id limit 8)
      returning id`
    expect(moved).toHaveLength(8)
    const { conversations } = await findChanges(sql, who, since)
    expect(conversations.toSorted()).toEqual(moved.map(({ id }) => id).toSorted())
    const nodes = await explain(sql, findNew(sql, who, since))
    expect(found(nodes, 'conversations')).toBeLessThanOrEqual(moved.length + before.length)
  }
})

test('what is new for an account, and in some of its conversations, is read and nothing else', async () => {
  const since = '600000:600000:'
  await sql`update account_changes set xid = '600000' where user_id = ${me} and ref <= 10`
  const noted = await explain(sql, findNew(sql, me, { since, at: Date.now() / 1_000 }))
  expect(found(noted, 'account_changes')).toBe(10)
  const few = await sql<{ id: number }[]>`
    select id from conversations where user1_id = ${me} order by id limit 50`
  const ids = few.map(({ id }) => id)
  const ranges = ids.map((id) => ({ id, after: 0 }))
  for (const query of [
    findNews(sql, me, ids, since),
    listChanged(sql, me, ids, since),
    findBurned(sql, me, ranges, since, 100),
  ]) {
    const nodes = await explain(sql, query)
    expect(found(nodes, 'conversation_members')).toBeLessThanOrEqual(ids.length)
    expect(found(nodes, 'conversations')).toBeLessThanOrEqual(ids.length)
  }
})

test('pages by cursor have all of the list, in its order', async () => {
  const all = await listConversations(sql, me, {
    kinds: [1],
    archived: false,
    limit: 5_000,
    offset: 0,
    after: null,
  })
  expect(all).toHaveLength(mine)
  const places = all.map((row) => [row.is_pinned ? 1 : 0, row.list_time, row.id] as const)
  const ordered = places.toSorted((a, b) => b[0] - a[0] || b[1] - a[1] || b[2] - a[2])
  expect(places).toEqual(ordered)
  const read: number[] = []
  for (let after: Parameters<typeof listConversations>[2]['after'] = null; ;) {
    const rows = await listConversations(sql, me, {
      kinds: [1],
      archived: false,
      limit: 97,
      offset: 0,
      after,
    })
    read.push(...rows.map((row) => row.id))
    const last = rows.at(-1)
    if (!last) break
    after = { pinned: last.is_pinned, at: new Date(last.list_time), id: last.id }
  }
  expect(read).toEqual(all.map((row) => row.id))
})
