// SQL for what never changes about a conversation.
import type { Sql } from '../../infra/db.ts'

export interface Pairing {
  id: number
  group_id: string | null
  user1_id: number | null
  user2_id: number | null
  user1_name: string | null
  user2_name: string | null
  /** One of the two is leaving: the name is not to be relied on. */
  leaving: boolean
}

/** Who has asked to be deleted and is not erased yet. */
export async function findLeaving(sql: Sql): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`select id from users where deletes_at is not null`
  return rows.map((row) => row.id)
}

export async function findPairings(sql: Sql, ids: readonly number[]): Promise<Pairing[]> {
  return sql<Pairing[]>`
    select c.id, c.group_id, c.user1_id, c.user2_id, a.user_id as user1_name, b.user_id as user2_name,
      (a.deletes_at is not null or b.deletes_at is not null) is true as leaving
    from conversations c
      left join users a on a.id = c.user1_id
      left join users b on b.id = c.user2_id
    where c.id = any(${[...ids]}::bigint[])`
}

export async function findGroupPairing(sql: Sql, groupId: string): Promise<Pairing | undefined> {
  const [row] = await sql<Pairing[]>`
    select id, group_id, user1_id, user2_id, null as user1_name, null as user2_name,
      false as leaving
    from conversations where kind = 2 and group_id = ${groupId}`
  return row
}

export async function findPairing(
  sql: Sql,
  from: number,
  toUserId: string,
): Promise<Pairing | undefined> {
  const [row] = await sql<Pairing[]>`
    select c.id, c.group_id, c.user1_id, c.user2_id, a.user_id as user1_name, b.user_id as user2_name,
      (a.deletes_at is not null or b.deletes_at is not null) is true as leaving
    from users peer
      join conversations c on c.kind = 1
        and ((c.user1_id = ${from} and c.user2_id = peer.id)
          or (c.user1_id = peer.id and c.user2_id = ${from}))
      join users a on a.id = c.user1_id
      join users b on b.id = c.user2_id
    where lower(peer.user_id) = lower(${toUserId})`
  return row
}
