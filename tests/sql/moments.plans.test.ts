// The plans of moments: which indexes are used, and that a page reads what it needs and no more.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { selectMoments } from '../../src/features/moments/store.ts'
import {
  listComments,
  listLikes,
  listSeenComments,
  listSeenLikes,
} from '../../src/features/moments/responses.store.ts'
import { limits } from '../../src/limits.ts'
import { Recent } from '../../src/core/recent.ts'
import { listTimeline } from '../../src/features/moments/timeline.ts'
import {
  listRecent,
  listWall,
  mergeFriends,
  type Position,
} from '../../src/features/moments/timeline.store.ts'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { explain, indexes, scanned, type Node, type Query } from '../support/plan.ts'

const [people, each, friends] = [2_000, 50, 400]
const viewer = 1
const end: Position = { created_at: new Date('2100-01-01T00:00:00Z'), id: Number.MAX_SAFE_INTEGER }

const quiet = new Recent<number, number>(limits.moments.quietReadersMax)

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase()
  sql = database.sql
  await sql`set session_replication_role = replica`
  await sql`
    insert into users (user_id, email, nickname)
    select 'p-' || n, n || '@plans.invalid', '' from generate_series(1, ${people}::int) n`
  await sql`
    insert into friends (user_id, friend_id)
    select ${viewer}, n from generate_series(2, ${friends + 1}::int) n
    union all select n, ${viewer} from generate_series(2, ${friends + 1}::int) n
    union all select n, n + 1 from generate_series(2, ${people - 1}::int) n
    union all select n + 1, n from generate_series(2, ${people - 1}::int) n`
  await sql`
    insert into blocks (user_id, blocked_id)
    select n, n + 7 from generate_series(500, ${people}::int - 10) n`
  // Everybody posts in turn; the first ten friends keep all they say to themselves.
  await sql`
    insert into moments (user_id, content, visible, list_kind, created_at)
    select author, 'words', case when author < 12 then 2 else n % 2 end,
      case when author < 12 then 0 when n % 101 = 0 then 1 when n % 103 = 0 then 2 else 0 end,
      timestamptz '2026-01-01' + n * interval '1 minute'
    from generate_series(1, ${people * each}::int) n,
      lateral (select 1 + n * 7919 % ${people}::int as author) a`
  await sql`
    insert into moment_lists (moment_id, user_id, is_allowed, created_at)
    select id, 1 + id % 900, list_kind = 1, created_at from moments where list_kind > 0`
  await sql`
    insert into moment_likes (moment_id, user_id)
    select 1 + n % ${people * each}::int, 1 + n % 1999 from generate_series(1, 100000) n`
  await sql`
    insert into moment_comments (moment_id, user_id, content)
    select 1 + n % ${people * each}::int, 1 + n % 1999, 'words' from generate_series(1, 100000) n`
  await sql`vacuum analyze`
}, 240_000)
afterAll(() => database[Symbol.asyncDispose]())

const planOf = (query: Query) => explain(sql, query)

/** Index entries of moments that were looked at, kept or not. */
const looks = (plan: readonly Node[]) =>
  plan
    .filter((node) => node['Index Name']?.startsWith('moment'))
    .reduce((sum, node) => {
      const rows = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)
      return sum + rows * node['Actual Loops']
    }, 0)

const merged = (before: Position, offset = 0) =>
  planOf(mergeFriends(sql, viewer, { before, offset, limit: 21 }))

/** Places from the newest to the oldest that the viewer's timeline has. */
const deep = async (offset: number) =>
  (await listTimeline(sql, quiet, viewer, { before: end, offset, limit: 1 }))[0] as Position

test('a merge looks once at each friend, and at little else', async () => {
  const plan = await merged(end)
  expect(scanned(plan)).toEqual([])
  expect(indexes(plan)).toContain('friends_pair_key')
  expect(indexes(plan)).toContain('moments_shared_idx')
  expect(indexes(plan)).toContain('moments_wall_idx')
  expect(indexes(plan)).toContain('moment_lists_allowed_idx')
  expect(looks(plan)).toBeLessThan(friends + 10 * 21)
})

test('a merge deep down costs no more', async () => {
  const first = looks(await merged(end))
  for (const offset of [500, 2_000, 8_000]) {
    const plan = await merged(await deep(offset))
    expect(scanned(plan)).toEqual([])
    expect(looks(plan)).toBeLessThan(1.2 * first)
  }
})

test('a page by number reads some times what it skips, not what friends have posted', async () => {
  const plan = await merged(end, 1_980)
  expect(scanned(plan)).toEqual([])
  // 400 friends have posted some 19,000.
  expect(looks(plan)).toBeLessThan(4 * 2_001)
})

test('whose friends write much finds a page among the newest of all, at any depth', async () => {
  for (const before of [end, await deep(2_000), await deep(8_000)]) {
    const page = { before, offset: 0, limit: 21 }
    const plan = await planOf(listRecent(sql, viewer, page))
    expect(scanned(plan)).toEqual([])
    expect(indexes(plan)).toContain('moments_recent_idx')
    // Every fifth moment is a friend's.
    expect(looks(plan)).toBeLessThan(10 * 21)
    const ids = (places: readonly Position[]) => places.map((place) => place.id)
    expect(ids(await listRecent(sql, viewer, page))).toHaveLength(21)
    expect(ids(await listRecent(sql, viewer, page))).toEqual(
      ids(await mergeFriends(sql, viewer, page)),
    )
  }
})

test('whose friends write little gives up looking after a few moments for each', async () => {
  const lonely = 1_000
  const page = { before: end, offset: 0, limit: 21 }
  const plan = await planOf(listRecent(sql, lonely, page))
  expect(scanned(plan)).toEqual([])
  expect(looks(plan)).toBeLessThan(3 * 2 * 4)
  expect([...(await listRecent(sql, lonely, page))]).toEqual([])
  expect(await listTimeline(sql, quiet, lonely, page)).toHaveLength(21)
})

test('a wall is one look into its index', async () => {
  const plan = await planOf(listWall(sql, viewer, 300, { before: end, offset: 0, limit: 21 }))
  expect(scanned(plan)).toEqual([])
  expect(indexes(plan)).toContain('moments_wall_idx')
  expect(looks(plan)).toBeLessThan(3 * 21)
})

test('likes and comments come by their moment', async () => {
  const [moment] = await sql<{ id: number }[]>`select id from moments where user_id = 300 limit 1`
  const part = { after: 0, offset: 0, limit: 100 }
  const likes = await planOf(listLikes(sql, viewer, moment!.id, part) as unknown as Query)
  expect(scanned(likes)).toEqual([])
  expect(indexes(likes)).toContain('moment_likes_pair_key')
  const comments = await planOf(listComments(sql, viewer, moment!.id, part) as unknown as Query)
  expect(scanned(comments)).toEqual([])
  expect(indexes(comments)).toContain('moment_comments_moment_idx')
})

test('a page with what stands below it reads just that, once, and the newest by their keys', async () => {
  const page = (await listTimeline(sql, quiet, viewer, { before: end, offset: 0, limit: 20 })).map(
    (place) => place.id,
  )
  // One moment that everybody talks about: it is walked once, and no other pays for it.
  const [loud] = page
  await sql`
    insert into moment_likes (moment_id, user_id)
    select ${loud!}, n from generate_series(1, 1500) n on conflict do nothing`
  await sql`
    insert into moment_comments (moment_id, user_id, content)
    select ${loud!}, n, 'words' from generate_series(1, 1500) n`
  const [below] = await sql<{ rows: number }[]>`
    select (select count(*) from moment_likes where moment_id = any(${page}::bigint[]))
      + (select count(*) from moment_comments where moment_id = any(${page}::bigint[])) as rows`
  const plan = await planOf(selectMoments(sql, viewer, page) as unknown as Query)
  expect(scanned(plan)).toEqual([])
  expect(indexes(plan)).toContain('moment_likes_pair_key')
  expect(indexes(plan)).toContain('moment_comments_moment_idx')
  expect(looks(plan)).toBeLessThan(below!.rows + 3 * page.length)
  const rows = await selectMoments(sql, viewer, page)
  const [likes, comments] = [
    rows.flatMap((row) => row.newest_likes),
    rows.flatMap((row) => row.newest_comments),
  ]
  expect(likes.length).toBeGreaterThan(20)
  const liked = await planOf(listSeenLikes(sql, likes) as unknown as Query)
  expect([scanned(liked), indexes(liked)]).toEqual([[], ['moment_likes_pkey']])
  const part = { after: 0, offset: 0, limit: 100 }
  const first = await planOf(listComments(sql, viewer, loud!, part) as unknown as Query)
  expect(looks(first)).toBeLessThan(1_500 + 3 * 100)
  const said = await planOf(listSeenComments(sql, viewer, comments) as unknown as Query)
  expect(scanned(said)).toEqual([])
  expect(looks(said)).toBeLessThan(3 * comments.length + 1)
})
