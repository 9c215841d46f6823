// Who is there, as conditions in SQL.
import type { Sql } from '../../infra/db.ts'

/** A person in a statement: an account's number, or a column that holds one. */
export type Someone = number | ReturnType<Sql>

/** Neither disabled nor leaving nor gone. A look-up, where the statement has no row of theirs. */
export const isThere = (sql: Sql, someone: Someone) => sql`
  (select not who.is_hidden from users who where who.id = ${someone})`

/** The same of a row of `users`, by its alias. */
export const isThereAs = (sql: Sql, user: ReturnType<Sql>) => sql`(not ${user}.is_hidden)`

/** Neither leaving nor gone, by the alias of a row of `users`. Who is disabled stays. */
export const isStayingAs = (sql: Sql, user: ReturnType<Sql>) => sql`
  (${user}.deletes_at is null and ${user}.deleted_at is null)`
