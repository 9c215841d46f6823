// What a check is: a table, walked in the order of an index by chunks, and what must not be true of a row.
import type { Sql } from '../../infra/db.ts'

export type Part = ReturnType<Sql>

export interface Check {
  /** Of the metric's label. */
  readonly name: string
  /** What is wrong where it finds something. */
  readonly wrong: string
  readonly table: string
  /** Numbers that an index begins with; with ties, so that they need not be a key. */
  readonly keys: readonly string[]
  /** Columns besides, as `isWrong` needs them. */
  readonly columns?: (sql: Sql) => Part
  /** Rows of one statement, if not as many as of others. */
  readonly rows?: number
  /** A condition on a row `c`. */
  readonly isWrong: (sql: Sql, times: Times) => Part
}

/** What time it is, for conditions that go by it. */
export interface Times {
  readonly now: Date
}

/** The numbers of a row, by what they are called. */
export type Example = Readonly<Record<string, number>>

export interface Finding {
  readonly check: string
  /** Looked at, and wrong of those. */
  readonly rows: number
  readonly wrong: number
  /** The first of them. */
  readonly examples: readonly Example[]
}
