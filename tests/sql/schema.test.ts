// sql/schema.sql is what the migrations make; hot questions use their index.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Sql } from '../../src/infra/db.ts'
import {
  loadMigrations,
  migrate,
  MigrationError,
  pendingMigrations,
} from '../../src/infra/migrate.ts'
import { dumpSchema } from '../../sql/dump.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { root } from '../tidy/sources.ts'

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase({ connections: 2 })
  sql = database.sql
})
afterAll(() => database[Symbol.asyncDispose]())

test('the committed schema is the one the migrations make', async () => {
  const committed = await Bun.file(join(root, 'sql/schema.sql')).text()
  // Stale? `bun sql/dump.ts` writes it anew.
  expect(await dumpSchema(sql)).toBe(committed)
})

test('migrating twice does nothing, a changed or unknown migration is refused', async () => {
  const migrations = await loadMigrations()
  expect(await migrate(sql, migrations)).toEqual([])
  expect(await pendingMigrations(sql, migrations)).toEqual([])
  const changed = migrations.map((each, n) => (n === 0 ? { ...each, checksum: 'other' } : each))
  expect(migrate(sql, changed)).rejects.toThrow(MigrationError)
  expect(migrate(sql, migrations.slice(1))).rejects.toThrow('does not know')
})

test('a migration that fails leaves nothing behind', async () => {
  const migrations = await loadMigrations()
  const bad = {
    name: '9999_bad.sql',
    sql: 'create table half_done (id int); select 1 / 0;',
    checksum: 'x',
  }
  expect(migrate(sql, [...migrations, bad])).rejects.toThrow('division by zero')
  const [left] = await sql`select to_regclass('half_done') as there`
  expect(left?.there).toBeNull()
})
