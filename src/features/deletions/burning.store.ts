// SQL of what burned, for sync: holes that everybody has, and that a cursor has not heard of.
import type { Sql } from '../../infra/db.ts'
import type { DeletedRow } from './store.ts'

/** Of each conversation that somebody is in the first ones after a seq that burned since a snapshot. */
export function findBurned(
  sql: Sql,
  user: number,
  ranges: readonly { readonly id: number; readonly after: number }[],
  since: string,
  limit: number,
): Promise<DeletedRow[]> {
  const ids = ranges.map(({ id }) => id)
  return sql<DeletedRow[]>`
    with s as materialized (select ${since}::pg_snapshot as since),
    burned as materialized (
      select b.conversation_id, b.message_id, b.seq from s cross join burned_messages b
      where b.conversation_id = any(${ids}::bigint[])
        and b.xid >= pg_snapshot_xmin(s.since) and not pg_visible_in_snapshot(b.xid, s.since)
    )
    select b.* from unnest(${ids}::bigint[], ${ranges.map(({ after }) => after)}::bigint[])
        as t (id, after)
      join conversation_members m on m.conversation_id = t.id and m.user_id = ${user}
        and m.left_at is null
      cross join lateral (
        select * from burned
        where conversation_id = t.id and seq > greatest(t.after, m.sees_after)
        order by seq limit ${limit}) b`
}
