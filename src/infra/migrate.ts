// Numbered migrations: each once, in order, by one process at a time.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Sql } from './db.ts'

export interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

export class MigrationError extends Error {}

const folder = fileURLToPath(new URL('../../sql/migrations/', import.meta.url))

export async function loadMigrations(from = folder): Promise<Migration[]> {
  const names = (await readdir(from)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(`${from}/${name}`, 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Applies what is missing; answers the names applied. Refuses a changed or unknown migration. */
export async function migrate(sql: Sql, migrations: readonly Migration[]): Promise<string[]> {
  const connection = await sql.reserve()
  try {
    // Two nodes starting together: the second waits here, then finds nothing to do.
    await connection`set statement_timeout = 0`
    await connection`set lock_timeout = 0`
    await connection`select pg_advisory_lock(hashtext('curlew migrations'))`
    await connection`
      create table if not exists schema_migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`
    const done = await applied(connection as unknown as Sql)
    refuseSurprises(migrations, done)
    const missing = migrations.filter((each) => !done.has(each.name))
    for (const each of missing) {
      await connection.unsafe(`begin; ${each.sql}`)
      await connection`
        insert into schema_migrations (name, checksum) values (${each.name}, ${each.checksum})`
      await connection`commit`
    }
    return missing.map((each) => each.name)
  } catch (error) {
    await connection`rollback`.catch(() => {})
    throw error
  } finally {
    await connection`select pg_advisory_unlock_all()`.catch(() => {})
    connection.release()
  }
}

/** What has not been applied yet; everything when the database is empty. */
export async function pendingMigrations(
  sql: Sql,
  migrations: readonly Migration[],
): Promise<string[]> {
  const [table] = await sql`select to_regclass('schema_migrations') is not null as there`
  const done = table?.there ? await applied(sql) : new Map<string, string>()
  return migrations.filter((each) => !done.has(each.name)).map((each) => each.name)
}

/** Asks until all are applied, then never again: migrations do not go away. */
export function migratedOnce(sql: Sql): () => Promise<boolean> {
  let done = false
  return async () => {
    done ||= (await pendingMigrations(sql, await loadMigrations())).length === 0
    return done
  }
}

async function applied(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql<{ name: string; checksum: string }[]>`
    select name, checksum from schema_migrations`
  return new Map(rows.map((row) => [row.name, row.checksum]))
}

function refuseSurprises(migrations: readonly Migration[], done: Map<string, string>): void {
  const known = new Map(migrations.map((each) => [each.name, each.checksum]))
  for (const [name, checksum] of done) {
    if (!known.has(name)) {
      throw new MigrationError(`The database has ${name}, which this version does not know.`)
    }
    if (known.get(name) !== checksum) {
      throw new MigrationError(`${name} was changed after it had been applied.`)
    }
  }
}
