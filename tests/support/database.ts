// A database per test file: cloned from a template that was migrated once. None is dropped: all end with
// their server, and ext4 without a journal searches long for an inode that was not freed in the last minutes.
import postgres from 'postgres'
import { loadMigrations, migrate } from '../../src/infra/migrate.ts'
import { connectDatabase, type DatabaseOptions, type Sql } from '../../src/infra/db.ts'

/** The server tests run on; `npm test` starts one and says where. */
export function serverUrl(): string {
  const url = process.env['DATABASE_URL']
  if (!url) throw new Error('DATABASE_URL is not set: run the tests with npm test')
  return url
}

export function redisUrl(): string {
  const url = process.env['REDIS_URL']
  if (!url) throw new Error('REDIS_URL is not set: run the tests with npm test')
  return url
}

function urlOf(database: string): string {
  const url = new URL(serverUrl())
  url.pathname = `/${database}`
  return url.href
}

let count = 0
let template: Promise<string> | undefined
/** One for the whole process. */
let admin: postgres.Sql | undefined

/** The address of an empty, migrated database of one's own. */
export async function createDatabase(): Promise<string> {
  const name = `test_${process.pid}_${Date.now().toString(36)}_${++count}`
  admin ??= postgres(serverUrl(), { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name} template ${await (template ??= makeTemplate())}`)
  return urlOf(name)
}

export interface OpenDatabase extends AsyncDisposable {
  readonly sql: Sql
}

/** One of one's own, and connections to it. */
export async function openDatabase(
  options: { connections?: number; settings?: DatabaseOptions['settings'] } = {},
): Promise<OpenDatabase> {
  const url = await createDatabase()
  const { connections = 1, settings = {} } = options
  const sql = connectDatabase(url, { connections, name: 'test', settings })
  return {
    sql,
    [Symbol.asyncDispose]: () => sql.end(),
  }
}

/** The template of these very migrations; the first process to ask makes it. */
async function makeTemplate(): Promise<string> {
  const migrations = await loadMigrations()
  const hash = Bun.hash(migrations.map((each) => each.checksum).join()).toString(36)
  const name = `template_${hash}`
  const maker = postgres(serverUrl(), { max: 1, onnotice: () => {} })
  try {
    await maker`select pg_advisory_lock(42)`
    const [there] = await maker`select 1 from pg_database where datname = ${name}`
    if (!there) {
      // Made under another name first: an interrupted run leaves no half template behind.
      const draft = `${name}_draft`
      await maker.unsafe(`drop database if exists ${draft} with (force)`)
      await maker.unsafe(`create database ${draft}`)
      const sql = connectDatabase(urlOf(draft), { connections: 1, name: 'template' })
      await migrate(sql, migrations)
      await sql.end()
      await maker.unsafe(`alter database ${draft} rename to ${name}`)
    }
  } finally {
    await maker.end()
  }
  return name
}
