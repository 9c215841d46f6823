// A replica in a file, for programs in Bun, and in Node from 22.5: by the SQLite that the runtime brings.
import { endOf, type Batch, type Fence, type Store } from './store.ts'

interface Statement {
  all(...values: string[]): unknown[]
  run(...values: (string | Uint8Array)[]): unknown
}

/** What `bun:sqlite` and `node:sqlite` have in common. */
interface Database {
  exec(sql: string): unknown
  prepare(sql: string): Statement
  close(): void
}

type Opener = new (path: string) => Database

/** Opens the file, or makes it. */
export async function openSqliteStore(path: string): Promise<SqliteStore> {
  const Opener = await openerOfRuntime()
  return new SqliteStore(new Opener(path), path)
}

/** The names are no literals: a bundler is not to look for them. */
async function openerOfRuntime(): Promise<Opener> {
  const [bun, node] = ['bun:sqlite', 'node:sqlite']
  if ('Bun' in globalThis) return (await import(bun)).Database as Opener
  try {
    return (await import(node)).DatabaseSync as Opener
  } catch (cause) {
    throw new Error('This runtime has no SQLite: Bun, or Node from 22.5, brings one.', { cause })
  }
}

/**
 * Two processes that write to one file do not wait for each other's turn: the fence tells whoever was
 * overtaken.
 */
export class SqliteStore implements Store {
  readonly shared: string | undefined
  readonly #database: Database

  constructor(database: Database, path: string) {
    this.#database = database
    this.shared = path === ':memory:' ? undefined : `sqlite:${path}`
    database.exec(`
      pragma journal_mode = wal;
      pragma busy_timeout = 5000;
      create table if not exists things (
        space text not null, key text not null, value text not null,
        primary key (space, key)
      ) without rowid`)
  }

  async list(space: string, prefix: string): Promise<[string, unknown][]> {
    const rows = this.#database
      .prepare(
        'select key, value from things where space = ? and key >= ? and key < ? order by key',
      )
      .all(space, prefix, endOf(prefix)) as { key: string; value: string | Uint8Array }[]
    return rows.map(({ key, value }) => [key, decoded(value)])
  }

  async write(space: string, batch: Batch, fence?: Fence): Promise<boolean> {
    this.#database.exec('begin immediate')
    try {
      const isMine = !fence || this.#holds(space, fence)
      if (isMine) this.#write(space, batch)
      this.#database.exec('commit')
      return isMine
    } catch (error) {
      this.#database.exec('rollback')
      throw error
    }
  }

  async forget(space: string): Promise<void> {
    await this.write(space, { isAll: true })
  }

  async close(): Promise<void> {
    this.#database.close()
  }

  #holds(space: string, [key, value]: Fence): boolean {
    const [row] = this.#database
      .prepare('select value from things where space = ? and key = ?')
      .all(space, key) as { value: string }[]
    return row?.value === JSON.stringify(value)
  }

  #write(space: string, { isAll, dropUnder = [], drop = [], put = [] }: Batch): void {
    const under = this.#database.prepare(
      'delete from things where space = ? and key >= ? and key < ?',
    )
    for (const prefix of isAll ? [''] : dropUnder) under.run(space, prefix, endOf(prefix))
    const one = this.#database.prepare('delete from things where space = ? and key = ?')
    for (const key of drop) one.run(space, key)
    const set = this.#database.prepare(
      'insert or replace into things (space, key, value) values (?, ?, ?)',
    )
    for (const [key, value] of put) set.run(space, key, encoded(value))
  }
}

/** Bytes stay what they are; a column takes both. */
const encoded = (value: unknown) => (value instanceof Uint8Array ? value : JSON.stringify(value))

const decoded = (value: string | Uint8Array): unknown =>
  typeof value === 'string' ? JSON.parse(value) : new Uint8Array(value)
