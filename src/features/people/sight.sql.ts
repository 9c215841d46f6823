// Who is there and what they say of themselves, as parts of statements.
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

/** What somebody says of themselves for a while, as JSON; null once that has ended. */
export const statusOf = (sql: Sql, someone: Someone, now: Date) => sql`
  (select jsonb_build_object(
      'emoji', st.status_emoji, 'text', st.status_text, 'until', st.status_until)
    from users st
    where st.id = ${someone} and (st.status_emoji <> '' or st.status_text <> '')
      and (st.status_until is null or st.status_until > ${now}))`
