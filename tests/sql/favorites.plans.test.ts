// The plan of a list of favourites: it reads what its keeper keeps and is in, and no message.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { listKept, selectKept } from '../../src/features/favorites/store.ts'
import { limits } from '../../src/limits.ts'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { explain, scanned } from '../support/plan.ts'

const [keeper, groups, people] = [1, 100, 50]
const max = limits.favorites.perPersonMax

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase()
  sql = database.sql
  await sql`set session_replication_role = replica`
  // Everybody is in every group; of each half is from before the keeper's time, and one they left.
  await sql`
    insert into conversation_members (conversation_id, user_id, sees_after, left_at)
    select g, u, case when u = ${keeper} then ${max / groups / 2}::int else 0 end,
      case when u = ${keeper} and g = 1 then now() end
    from generate_series(1, ${groups}::int) g, generate_series(1, ${people}::int) u`
  await sql`
    insert into favorites (user_id, message_id, conversation_id, seq, created_at)
    select u, n, 1 + n % ${groups}::int, 1 + n / ${groups}::int, now()
    from generate_series(0, ${max - 1}::int) n, generate_series(1, ${people}::int) u`
  // Everybody has deleted some of what was said in each group at first.
  await sql`
    insert into message_deletions (user_id, conversation_id, seq, message_id, deleted_at)
    select u, g, n, n, now() from generate_series(1, ${people}::int) u,
      generate_series(1, ${groups}::int) g, generate_series(1, 10) n`
  await sql`analyze`
})
afterAll(() => database[Symbol.asyncDispose]())

test('of thousands that are kept a page and its total read rows of one person alone', async () => {
  const range = { limit: 100, offset: 0 }
  const { rows, total } = await listKept(sql, keeper, range)
  expect([rows.length, total]).toEqual([100, ((groups - 1) * max) / groups / 2])
  const plan = await explain(sql, selectKept(sql, keeper, range))
  expect(scanned(plan)).toEqual([])
  const tables = new Set(plan.flatMap((node) => node['Relation Name'] ?? []))
  expect([...tables].toSorted()).toEqual(['conversation_members', 'favorites', 'message_deletions'])
  const read = plan
    .filter((node) => node['Relation Name'])
    .map((node) => node['Actual Rows'] * node['Actual Loops'])
  expect(Math.max(...read)).toBeLessThanOrEqual(max)
})
