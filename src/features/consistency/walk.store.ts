// SQL of one step of a check: the next rows of its table, and what is wrong with them. One statement, so one
// snapshot: what changes meanwhile is seen whole or not at all.
import type { Sql } from '../../infra/db.ts'
import type { Check, Example, Part, Times } from './check.ts'
import { limits } from './limits.ts'

/**
 * For the connections that check: the chunk is small and what it is compared with is looked up by index,
 * however large the tables are and whatever is known of them.
 */
export const walkSettings = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const

export interface Step {
  readonly rows: number
  readonly wrong: number
  readonly examples: readonly Example[]
  /** The keys of the last row; null when there was none. */
  readonly last: readonly number[] | null
}

const list = (sql: Sql, parts: readonly Part[]): Part =>
  parts.reduce((before, part) => sql`${before}, ${part}`)

const namesOf = (sql: Sql, keys: readonly string[]) =>
  list(
    sql,
    keys.map((key) => sql`${sql(key)}`),
  )

export async function lookFurther(
  sql: Sql,
  check: Check,
  after: readonly number[],
  times: Times,
): Promise<Step> {
  const { columns, rows = limits.consistency.chunkRows } = check
  const keys = namesOf(sql, check.keys)
  const [row] = await sql<Step[]>`
    with chunk as materialized (
      select ${keys} ${columns ? sql`, ${columns(sql)}` : sql``} from ${sql(check.table)}
      where (${keys}) > (${list(
        sql,
        after.map((number) => sql`${number}`),
      )})
      order by ${keys} fetch first ${rows} rows with ties
    ), wrong as materialized (
      select ${keys} from chunk c where ${check.isWrong(sql, times)}
    )
    select (select count(*) from chunk) as rows, (select count(*) from wrong) as wrong,
      (select to_jsonb(max(array[${keys}]::bigint[])) from chunk) as last,
      coalesce((
        select jsonb_agg(to_jsonb(first)) from (
          select * from wrong order by ${keys} limit ${limits.consistency.examplesMax}) first), '[]')
        as examples`
  return row as Step
}
