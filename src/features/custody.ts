// What a feature does with the rows it keeps about people: erases, exports and forgets them.
import type { Config } from '../config.ts'
import { limits } from './departure/limits.ts'
import type { Sql } from '../infra/db.ts'
import type { Storage } from '../infra/storage.ts'
import type { ExportFile } from '../protocol/export.ts'

/** Deletes at most `rows` rows of a user and answers how many; 0: nothing is left. */
export type Erase = (sql: Sql, user: number, rows: number) => Promise<number>

/** Everything a person has in one file of the export, a piece at a time. */
export type ReadRows = (
  sql: Sql,
  user: number,
  pageRows?: number,
) => AsyncIterable<readonly object[]>

/** What lies outside of the database: it can be removed. */
export type Bytes = Pick<Storage, 'remove' | 'abortUnfinished'>

/** How long operators have things kept, and where bytes lie. */
export interface Keeping {
  readonly config: Pick<Config, 'syncMs'>
  readonly storage: Bytes
}

/** What is kept no longer than it is of use. */
export interface Expiry {
  /** The things, as the log counts them. */
  readonly what: string
  /** Deletes, or marks, at most `rows` of them and answers how many. */
  readonly forget: (sql: Sql, now: Date, rows: number, keeping: Keeping) => Promise<number>
  /** Large things go every few seconds, others every few minutes. */
  readonly isLarge?: boolean
}

export interface Custody<F extends ExportFile = ExportFile> {
  /** Null: nothing of what is kept is about one person. */
  readonly erase: Erase | null
  readonly export: { readonly [N in F]: ReadRows }
  readonly expire: readonly Expiry[]
}

export interface Page<R extends object = object> {
  readonly rows: readonly R[]
  /** Where the next page begins; null after the last. */
  readonly next: number | null
}

export type ReadPage<R extends object = object> = (
  sql: Sql,
  key: number,
  after: number,
  limit: number,
) => Promise<Page<R>>

/** All pages of one key: a person, or a conversation. */
export async function* pages<R extends object>(
  read: ReadPage<R>,
  sql: Sql,
  key: number,
  { pageRows = limits.export.pageRows, first = 0 }: { pageRows?: number; first?: number } = {},
): AsyncGenerator<readonly R[]> {
  for (let after: number | null = first; after !== null;) {
    const page: Page<R> = await read(sql, key, after, pageRows)
    yield page.rows
    after = page.next
  }
}

export function paged(read: ReadPage): ReadRows {
  return (sql, user, pageRows) => pages(read, sql, user, pageRows === undefined ? {} : { pageRows })
}

/** A page of rows that were read by rising id: the next begins behind the last. */
export function pageOf<T extends { readonly id: number }, R extends object>(
  rows: readonly T[],
  limit: number,
  show: (row: T) => R,
): Page<R> {
  return { rows: rows.map(show), next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
}

/** One kind of thing after the other, in this order. */
export function inOrder(erasures: readonly Erase[]): Erase {
  return async (sql, user, rows) => {
    for (const erase of erasures) {
      const gone = await erase(sql, user, rows)
      if (gone > 0) return gone
    }
    return 0
  }
}

export const keepsNothing: Custody<never> = { erase: null, export: {}, expire: [] }
