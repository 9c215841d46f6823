// What goes takes along what refers to it: without an index each row that goes reads whole tables.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connectDatabase, type Sql } from '../../src/infra/db.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let sql: Sql
beforeAll(async () => {
  database = await createDatabase()
  sql = connectDatabase(database.url, { connections: 1, name: 'references' })
})
afterAll(async () => {
  await sql.end()
  await database[Symbol.asyncDispose]()
})

test('every reference to rows that are deleted begins an index', async () => {
  // Accounts and conversations keep their rows for ever.
  const bare = await sql`
    select c.conrelid::regclass || '.' || a.attname as reference
    from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid not in ('users'::regclass, 'conversations'::regclass)
      and not exists (
        select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1]
          and i.indpred is null)`
  expect(bare.map((row) => row['reference'])).toEqual([])
})
