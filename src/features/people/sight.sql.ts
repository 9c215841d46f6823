// Who is there and what they say of themselves, as parts of statements.
import type { Sql } from '../../infra/db.ts'
import type { Beginnings } from './spelled.ts'

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

type Part = ReturnType<Sql>

/** The first letter, digit or character of a name; groups_first_sign_idx has it of groups. */
export const firstSign = (sql: Sql, name: Part) => sql`
  substring(${name} collate pg_c_utf8 from '[[:alnum:]]')`

/** The one after it, if that is a Han character; empty if it is none, or there is none. */
const secondSign = (sql: Sql, name: Part) => sql`
  coalesce(substring(${name} collate pg_c_utf8
    from '^[^[:alnum:]]*[[:alnum:]][^[:alnum:]]*([\u3400-\u9fff])'), '')`

/**
 * A name that may be spelled by some letters, see spelled.ts. Lists of thousands are asked by subselects,
 * which Postgres hashes whatever the plan.
 */
export const mayBeSpelled = (sql: Sql, name: Part, { alone, first, second }: Beginnings) => sql`
  (${firstSign(sql, name)} in (select unnest(${[...first]}::text[]))
    and (${secondSign(sql, name)} in (select unnest(${[...second]}::text[]))
      or ${firstSign(sql, name)} in (select unnest(${[...alone]}::text[]))))`
