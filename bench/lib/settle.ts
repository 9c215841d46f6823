// Millions of rows were written: what Postgres still does about them falls on nothing that is measured.
import type { Sql } from 'postgres'

export async function settle(sql: Sql): Promise<void> {
  await sql`vacuum analyze`
  await sql`checkpoint`
}
