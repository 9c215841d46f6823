// SQL of invitations and members for sync: some by number, all by rising number, or what a snapshot has not
// seen.
import type { Sql } from '../../infra/db.ts'
import { columns as memberColumns, type MemberRow } from './members.store.ts'
import { waiting, type InvitationRow } from './entry/store.ts'

/** These, or so many after one. */
export type Wanted =
  { readonly ids: readonly number[] } | { readonly after: number; readonly limit: number }

/** Those that wait, by rising number. */
export function findInvitations(
  sql: Sql,
  invitee: number,
  wanted: Wanted,
): Promise<InvitationRow[]> {
  return sql<InvitationRow[]>`
    ${waiting(sql, invitee)}
    ${
      'ids' in wanted
        ? sql`and i.id = any(${[...wanted.ids]}::bigint[]) order by i.id`
        : sql`and i.id > ${wanted.after} order by i.id limit ${wanted.limit}`
    }`
}

/** For whoever is in it: what changed of one of its members, null once they are in it no more. */
export interface MemberNews {
  conversation_id: number
  group_id: string
  user_id: number
  member: MemberRow | null
}

/**
 * Of each of these conversations the next after an account, by rising account; of `fellows` whoever is in it.
 */
export async function listMemberNews(
  sql: Sql,
  ranges: readonly { readonly id: number; readonly after: number }[],
  { since, fellows }: { since: string; fellows: readonly number[] },
  limit: number,
): Promise<MemberNews[]> {
  const ids = ranges.map(({ id }) => id)
  const after = ranges.map(({ after: place }) => place)
  const alsoFellows = sql`
    union
    select t.id, f.user_id from unnest(${ids}::bigint[], ${after}::bigint[]) as t (id, after)
      join conversation_members f on f.conversation_id = t.id
        and f.user_id = any(${[...fellows]}::bigint[]) and f.user_id > t.after and f.left_at is null`
  const rows = await sql<(MemberRow & Omit<MemberNews, 'member'> & { is_in: boolean })[]>`
    with s as materialized (select ${since}::pg_snapshot as since),
    changed as materialized (
      select h.conversation_id, h.user_id
      from s cross join unnest(${ids}::bigint[], ${after}::bigint[]) as t (id, after)
        cross join lateral (
          select conversation_id, user_id from member_changes
          where conversation_id = t.id and user_id > t.after
            and xid >= pg_snapshot_xmin(s.since) and not pg_visible_in_snapshot(xid, s.since)
          order by user_id limit ${limit}) h
      ${fellows.length > 0 ? alsoFellows : sql``}
    )
    select h.conversation_id, ${memberColumns(sql)}, h.user_id, c.group_id,
      m.user_id is not null as is_in
    from changed h
      join conversations c on c.id = h.conversation_id
      left join conversation_members m on m.conversation_id = h.conversation_id
        and m.user_id = h.user_id and m.left_at is null
    order by h.conversation_id, h.user_id`
  return rows.map(({ conversation_id, is_in, ...row }) => {
    const { group_id, user_id } = row
    return { conversation_id, group_id, user_id, member: is_in ? row : null }
  })
}
