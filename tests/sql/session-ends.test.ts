// Why sessions end: one list in code, and the same one in the database.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { endReasons } from '../../src/features/signin/sessions.store.ts'
import type { Sql } from '../../src/infra/db.ts'
import { loadMigrations } from '../../src/infra/migrate.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'

const constraint = 'sessions_ended_why_check'

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase()
  sql = database.sql
  await sql`insert into users (user_id, email, nickname) values ('ada', 'ada@example.com', 'Ada')`
})
beforeEach(async () => {
  await sql`delete from sessions`
})
afterAll(() => database[Symbol.asyncDispose]())

const ended = (why: string | null) => sql`
  insert into sessions (user_id, device_id, ended_at, ended_why)
  select id, '', now(), ${why} from users`

const words = async () => {
  const rows = await sql<{ ended_why: string | null }[]>`select ended_why from sessions order by id`
  return rows.map((row) => row.ended_why)
}

test('the database takes every reason of the code', async () => {
  for (const why of endReasons) await ended(why)
  expect(await words()).toEqual([...endReasons])
})

test('and no other', async () => {
  for (const why of ['by hand', 'Signed out', 'signed out ', '']) {
    const refusal = await ended(why).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: '23514', constraint_name: constraint })
  }
  const [row] = await sql<{ text: string; sure: boolean }[]>`
    select pg_get_constraintdef(oid) as text, convalidated as sure
    from pg_constraint where conname = ${constraint}`
  expect(row!.sure).toBe(true)
  const taken = [...row!.text.matchAll(/'([^']+)'::text/g)].map(([, word]) => word)
  expect(taken).toEqual([...endReasons])
})

test('old rows keep the reasons that are known, and no word stops an upgrade', async () => {
  const steps = (await loadMigrations()).filter(({ name }) => name.includes('session_ends'))
  expect(steps).toHaveLength(2)
  await sql.unsafe(`alter table sessions drop constraint ${constraint}`)
  for (const why of [null, 'by hand', ...endReasons]) await ended(why)
  for (const step of steps) await sql.unsafe(step.sql)
  expect(await words()).toEqual([null, null, ...endReasons])
})
