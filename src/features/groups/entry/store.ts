// SQL of invitations, links and bans.
import { must } from '../../../core/assert.ts'
import type { Sql, TxSql } from '../../../infra/db.ts'
import { noteAccounts } from '../../changes.store.ts'
import { staysOutOfGroups } from '../../settings/sight.sql.ts'
import { isOver, status } from '../members.store.ts'

export interface InvitationRow {
  id: number
  conversation_id: number
  group_id: string
  inviter_id: number
  invitee_id: number
  status: number
  created_at: Date
  updated_at: Date
}

const invitations = (sql: Sql) => sql`
  select i.*, c.group_id
  from group_invitations i join conversations c on c.id = i.conversation_id`

/** No number while one waits already, or where whoever is asked wants to be in no group. */
export async function insertInvitation(
  sql: TxSql,
  { conversation, inviter, invitee }: { conversation: number; inviter: number; invitee: number },
): Promise<{ id: number | null; stays_out: boolean }> {
  await sql`
    update group_invitations set status = ${status.expired}, updated_at = now()
    where conversation_id = ${conversation} and invitee_id = ${invitee} and ${isOver(sql)}`
  const [row] = await sql<{ id: number | null; stays_out: boolean }[]>`
    with asked as materialized (
      select ${staysOutOfGroups(sql, invitee)} as stays_out
    ), made as (
      insert into group_invitations (conversation_id, inviter_id, invitee_id)
      select ${conversation}, ${inviter}, ${invitee} from asked where not stays_out
      on conflict (conversation_id, invitee_id) where status = 0 do nothing
      returning id
    )
    select (select id from made) as id, stays_out from asked`
  return must(row, 'somebody was asked for')
}

export async function findInvitation(sql: Sql, id: number): Promise<InvitationRow | undefined> {
  const [row] = await sql<InvitationRow[]>`${invitations(sql)} where i.id = ${id}`
  return row
}

/** Those that wait, of groups that are there and by members who are in them still; newest first. */
export async function listInvitations(
  sql: Sql,
  invitee: number,
  { before, limit, offset }: { before: number; limit: number; offset: number },
): Promise<InvitationRow[]> {
  return sql<InvitationRow[]>`
    ${waiting(sql, invitee)} and i.id < ${before}
    order by i.id desc limit ${limit} offset ${offset}`
}

/** Those of somebody that wait, with the members and groups that they need. */
export const waiting = (sql: Sql, invitee: number) => sql`
  ${invitations(sql)}
  where i.invitee_id = ${invitee} and i.status = 0 and c.is_open
    and exists (
      select from conversation_members
      where conversation_id = i.conversation_id and user_id = i.inviter_id and left_at is null)
    and not ${isOver(sql, sql`i.created_at`)}`

/** Nothing when it no longer waits. */
export async function closeInvitation(
  sql: TxSql,
  id: number,
  to: number,
): Promise<{ id: number } | undefined> {
  const [row] = await sql<{ id: number }[]>`
    update group_invitations set status = ${to}, updated_at = now()
    where id = ${id} and status = 0 and not ${isOver(sql)}
    returning id`
  return row
}

/** Whoever came in another way, or is kept out, is asked no more. */
export function closeInvitationsOf(
  sql: TxSql,
  conversation: number,
  user: number,
  to: number,
): Promise<void> {
  return closeInvitations(sql, conversation, to, sql`invitee_id = ${user}`)
}

/** Whom somebody has asked in who is in it no more, or whoever was asked into what is no more. */
export function dropInvitations(
  sql: TxSql,
  conversation: number,
  by: number | null,
): Promise<void> {
  const whose: ReturnType<Sql> = by === null ? sql`true` : sql`inviter_id = ${by}`
  return closeInvitations(sql, conversation, status.expired, whose)
}

async function closeInvitations(
  sql: TxSql,
  conversation: number,
  to: number,
  whose: ReturnType<Sql>,
): Promise<void> {
  await sql`
    with closed as (
      update group_invitations set status = ${to}, updated_at = now()
      where conversation_id = ${conversation} and status = 0 and ${whose}
      returning invitee_id, id
    )
    ${noteAccounts(sql, 'invitation', sql`select invitee_id, id from closed`)}`
}

export interface LinkRow {
  id: number
  conversation_id: number
  group_id: string
  uses: number
  max_uses: number | null
  expires_at: Date | null
  created_by: number
  created_at: Date
}

const works = (sql: Sql) => sql`
  (expires_at is null or expires_at > now()) and (max_uses is null or uses < max_uses)`

export async function insertLink(
  sql: TxSql,
  link: {
    conversation: number
    codeHash: Buffer
    maxUses: number | null
    seconds: number | null
    by: number
  },
): Promise<LinkRow> {
  const [row] = await sql<LinkRow[]>`
    insert into group_links (conversation_id, code_hash, max_uses, expires_at, created_by)
    values (${link.conversation}, ${link.codeHash}, ${link.maxUses},
      now() + ${link.seconds}::int * interval '1 second', ${link.by})
    returning *, (select group_id from conversations where id = conversation_id) as group_id`
  return must(row, 'a link was made')
}

export async function listLinks(sql: Sql, conversation: number): Promise<LinkRow[]> {
  return sql<LinkRow[]>`
    select l.*, c.group_id from group_links l join conversations c on c.id = l.conversation_id
    where l.conversation_id = ${conversation} and ${works(sql)}
    order by l.id desc`
}

export async function deleteLink(sql: TxSql, conversation: number, id: number): Promise<boolean> {
  const gone = await sql`
    delete from group_links where id = ${id} and conversation_id = ${conversation}`
  return gone.count > 0
}

/** The group a link leads to, while it works. */
export async function findLink(
  sql: Sql,
  codeHash: Buffer,
): Promise<{ id: number; group_id: string } | undefined> {
  const [row] = await sql<{ id: number; group_id: string }[]>`
    select l.id, c.group_id from group_links l join conversations c on c.id = l.conversation_id
    where l.code_hash = ${codeHash} and ${works(sql)}`
  return row
}

/** False when its last use is gone, or it was revoked. */
export async function useLink(sql: TxSql, id: number): Promise<boolean> {
  const used = await sql`
    update group_links set uses = uses + 1 where id = ${id} and ${works(sql)}`
  return used.count > 0
}

export interface BanRow {
  id: number
  group_id: string
  user_id: number
  by_id: number
  created_at: Date
}

/** False for somebody who is kept out already. */
export async function insertBan(
  sql: TxSql,
  { conversation, user, by }: { conversation: number; user: number; by: number },
): Promise<boolean> {
  const made = await sql`
    insert into group_bans (conversation_id, user_id, by_id) values (${conversation}, ${user}, ${by})
    on conflict (conversation_id, user_id) do nothing`
  return made.count > 0
}

export async function deleteBan(sql: TxSql, conversation: number, user: number): Promise<boolean> {
  const gone = await sql`
    delete from group_bans where conversation_id = ${conversation} and user_id = ${user}`
  return gone.count > 0
}

export async function isBanned(sql: Sql, conversation: number, user: number): Promise<boolean> {
  const [row] = await sql`
    select from group_bans where conversation_id = ${conversation} and user_id = ${user}`
  return row !== undefined
}

export async function listBans(
  sql: Sql,
  conversation: number,
  { before, limit, offset }: { before: number; limit: number; offset: number },
): Promise<BanRow[]> {
  return sql<BanRow[]>`
    select b.*, c.group_id from group_bans b join conversations c on c.id = b.conversation_id
    where b.conversation_id = ${conversation} and b.id < ${before}
    order by b.id desc limit ${limit} offset ${offset}`
}
