// SQL of the list of conversations: which stand on a page, without a look at all of them.
import type { Sql } from '../../infra/db.ts'
import { isArchived } from './sight.sql.ts'
import { columns, joined, listedAt, type ConversationRow } from './store.ts'

type Part = ReturnType<Sql>

/** Where a page begins: after this pinned flag, time and id. */
export interface ListPosition {
  pinned: boolean
  at: Date
  id: number
}

export interface ListPage {
  /** 1 of two people, 2 groups. */
  kinds: readonly number[]
  /** Null: those in the archive and those that are not. */
  archived: boolean | null
  limit: number
  offset: number
  after: ListPosition | null
}

/** As it is read: whether there may be more than what was looked at. */
type FoundRow = ConversationRow & { is_bounded: boolean }

/**
 * Pinned first, then by last activity; direct ones without a word only once they were opened. Not all of
 * them are looked at, see docs/decisions/0027. What is pinned or archived may leave a page short: then it is
 * read once more, out of all of them.
 */
export async function listConversations(
  sql: Sql,
  user: number,
  page: ListPage,
): Promise<ConversationRow[]> {
  const rows = await readPage(sql, user, page, page.limit + page.offset)
  const isWhole = rows.length === page.limit || rows[0]?.is_bounded === false
  return isWhole ? rows : readPage(sql, user, page, null)
}

/** Exported for a test of its plan. `newest`: how many of the newest decide how far back it looks. */
export function readPage(sql: Sql, user: number, page: ListPage, newest: number | null) {
  const direct = page.kinds.includes(1)
  const groups = page.kinds.includes(2)
  return sql<FoundRow[]>`
    with pinned as materialized (${pinned(sql, user, page)})
    ${direct ? sql`, ${ofTwo(sql, user, page, newest)}` : sql``}
    ${groups ? sql`, ${grouped(sql, user, page)}` : sql``}
    , page as materialized (
      select * from (
        select * from pinned
        ${direct ? sql`union all select * from spoken union all select * from opened` : sql``}
        ${groups ? sql`union all select * from grouped` : sql``}
      ) found
      order by is_pinned desc, listed_at desc, id desc
      limit ${page.limit} offset ${page.offset}
    )
    select ${columns(sql)},
      ${direct && newest !== null ? sql`(select count(*) from hours) >= ${newest}` : sql`false`} as is_bounded
    from page join ${joined(sql)} on m.conversation_id = page.id and m.user_id = ${user}
    order by page.is_pinned desc, page.listed_at desc, page.id desc`
}

const listed = (sql: Sql) => sql`c.id, m.is_pinned, ${listedAt(sql)} as listed_at`

/** Of `m` and `c`: it is asked for, and comes after where the page begins. */
function isAsked(sql: Sql, { archived, after }: ListPage) {
  const put = archived === null ? sql`` : sql`and ${isArchived(sql)} = ${archived}`
  if (!after) return put
  return sql`${put} and (m.is_pinned, ${listedAt(sql)}, c.id) < (${after.pinned}, ${after.at}, ${after.id})`
}

/** `limit 1` keeps a look-up a look-up, see the statement of a send. */
const theirs = (sql: Sql) => sql`
  cross join lateral (select * from conversations where id = m.conversation_id limit 1) c`

function pinned(sql: Sql, user: number, page: ListPage) {
  return sql`
    select ${listed(sql)}
    from conversation_members m ${theirs(sql)}
    where m.user_id = ${user} and m.is_pinned and m.left_at is null
      and c.kind = any(${[...page.kinds]}::smallint[])
      and (c.last_seq > 0 or m.opened_at is not null or c.kind = 2) ${isAsked(sql, page)}`
}

/**
 * Out of the newest hours of two indexes, for somebody is the first or the second of two people: as many
 * hours as have a page, and the last of them whole.
 */
function ofTwo(sql: Sql, user: number, page: ListPage, newest: number | null) {
  const { after } = page
  const from = after && !after.pinned ? after.at : null
  const known = (place: Part) => sql`
    ${place} and kind = 1 and active_hour is not null
      ${
        from
          ? sql`and active_hour <= ${from}::timestamptz at time zone 'UTC'
              and last_message_at < ${from}::timestamptz + interval '1 millisecond'`
          : sql``
      }`
  const hours = (place: Part) => sql`(
    select active_hour from conversations where ${known(place)}
    order by active_hour desc limit ${newest})`
  // Sorted before it is joined, so that no more of one's own rows are looked up than a page takes.
  const spoken = (place: Part) => sql`(
    select c.id, m.is_pinned, c.listed_at
    from (
        select *, date_trunc('milliseconds', last_message_at) as listed_at from conversations
        where ${known(place)}
          ${newest === null ? sql`` : sql`and active_hour >= (select hour from least)`}
        order by listed_at desc, id desc) c
      cross join lateral (
        select * from conversation_members where conversation_id = c.id and user_id = ${user} limit 1) m
    where m.left_at is null and not m.is_pinned ${isAsked(sql, page)}
    order by c.listed_at desc, c.id desc limit ${page.limit + page.offset})`
  const first: Part = sql`user1_id = ${user}`
  // Notes are with nobody else, and stand there already.
  const second: Part = sql`user2_id = ${user} and user1_id <> ${user}`
  return sql`
    ${
      newest === null
        ? sql``
        : sql`
          hours as materialized (
            select active_hour
            from (${hours(first)} union all ${hours(second)}) both_of
            order by active_hour desc limit ${newest}
          ), least as materialized (select min(active_hour) as hour from hours), `
    }
    spoken as materialized (${spoken(first)} union all ${spoken(second)}),
    opened as materialized (${opened(sql, user, page)})`
}

/** Without a word yet: as far as they come before the last of what was spoken in. */
function opened(sql: Sql, user: number, page: ListPage) {
  const { after, limit, offset } = page
  const from = after && !after.pinned ? after.at : null
  return sql`
    select ${listed(sql)}
    from conversation_members m ${theirs(sql)}
    where m.user_id = ${user} and m.opened_at >= (
        select case when count(*) < ${limit + offset} then '-infinity'
          else min(listed_at) end
        from (select listed_at from spoken order by listed_at desc limit ${limit + offset}) newest)
      ${from ? sql`and m.opened_at < ${from}::timestamptz + interval '1 millisecond'` : sql``}
      and m.left_at is null and not m.is_pinned and c.kind = 1 and c.last_seq = 0 ${isAsked(sql, page)}`
}

/** All: what happens in a group is not in its members' rows. */
function grouped(sql: Sql, user: number, page: ListPage) {
  return sql`
    grouped as materialized (
      select ${listed(sql)}
      from conversation_members m ${theirs(sql)}
      where m.user_id = ${user} and not m.is_direct and m.left_at is null
        and c.kind = 2 and not m.is_pinned ${isAsked(sql, page)}
    )`
}
