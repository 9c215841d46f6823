// What goes takes along what refers to it: without an index each row that goes reads whole tables.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase()
  sql = database.sql
})
afterAll(() => database[Symbol.asyncDispose]())

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
