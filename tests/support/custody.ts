// What an export holds of somebody in one file, read by pages of a few rows.
import type { ReadRows } from '../../src/features/custody.ts'
import type { Sql } from '../../src/infra/db.ts'

export async function taken(
  read: ReadRows,
  sql: Sql,
  user: number,
  pageRows: number,
): Promise<object[]> {
  return (await Array.fromAsync(read(sql, user, pageRows))).flat()
}
