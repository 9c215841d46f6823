// SQL of blocks.
import type { Sql, TxSql } from '../../infra/db.ts'
import { noteAccounts } from '../changes.store.ts'
import { fits, type Wanted } from './store.ts'

export interface BlockRow {
  id: number
  user_id: number
  blocked_id: number
  created_at: Date
}

export type NewBlock = BlockRow & {
  /** Of the two, if they ever had one. */
  conversation_id: number | null
}

const pairOf = (sql: Sql, block: ReturnType<Sql>) => sql`
  (select c.id from conversations c
    where c.kind = 1 and (c.user1_id, c.user2_id)
      in ((${block}.user_id, ${block}.blocked_id), (${block}.blocked_id, ${block}.user_id)))`

/** Nothing when it is there already. */
export async function insertBlock(
  sql: TxSql,
  by: number,
  other: number,
  now: Date,
): Promise<NewBlock | undefined> {
  const [row] = await sql<NewBlock[]>`
    insert into blocks (user_id, blocked_id, created_at) values (${by}, ${other}, ${now})
    on conflict do nothing returning *, ${pairOf(sql, sql`blocks`)} as conversation_id`
  return row
}

/**
 * By name, because it may be of somebody who can no longer be found. Answers whom it was about, and the
 * conversation of the two.
 */
export async function deleteBlock(
  sql: TxSql,
  by: number,
  other: string,
): Promise<Pick<NewBlock, 'blocked_id' | 'conversation_id'> | undefined> {
  const [row] = await sql<NewBlock[]>`
    delete from blocks b using users u
    where b.user_id = ${by} and u.id = b.blocked_id and lower(u.user_id) = lower(${other})
    returning b.blocked_id, ${pairOf(sql, sql`b`)} as conversation_id`
  return row
}

export async function findBlock(sql: Sql, by: number, other: number): Promise<boolean> {
  const rows = await sql`select 1 from blocks where user_id = ${by} and blocked_id = ${other}`
  return rows.length > 0
}

export async function countBlocks(sql: Sql, by: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) from blocks where user_id = ${by}`
  return row?.count ?? 0
}

export async function listBlocks(sql: Sql, by: number): Promise<BlockRow[]> {
  return sql<BlockRow[]>`select * from blocks where user_id = ${by} order by id desc`
}

/** Blocks by somebody and of somebody. */
export async function deleteBlocks(sql: Sql, user: number, rows: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    with gone as (
      delete from blocks where id in (
        select id from blocks where user_id = ${user} or blocked_id = ${user}
        order by id limit ${rows})
      returning user_id, blocked_id
    ), noted as (${noteAccounts(
      sql,
      'block',
      sql`select user_id, blocked_id from gone where blocked_id = ${user}`,
    )})
    select count(*) from gone`
  return row?.count ?? 0
}

/** For the export: one's own blocks. Who blocked one is not one's own to know. */
export async function pageBlocks(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<{ id: number; blocked: string; created_at: Date }[]> {
  return sql`
    select b.id, u.user_id as blocked, b.created_at
    from blocks b join users u on u.id = b.blocked_id
    where b.user_id = ${user} and b.id > ${after}
    order by b.id limit ${limit}`
}

/** For sync, by the account that is blocked. */
export function findBlocks(sql: Sql, user: number, wanted: Wanted): Promise<BlockRow[]> {
  return sql<BlockRow[]>`
    select * from blocks where user_id = ${user} and ${fits(sql, sql`blocked_id`, wanted)}`
}
