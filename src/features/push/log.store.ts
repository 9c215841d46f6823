// SQL of the log: what became of each notification.
import type { Sql } from '../../infra/db.ts'
import type { PushKind } from '../../infra/push.ts'
import type { AttemptState } from '../../protocol/push.ts'

export interface AttemptRow {
  id: number
  at: Date
  conversation_id: number
  registration_id: number
  kind: PushKind
  state: AttemptState
  answer: string
}

export type NewAttempt = Omit<AttemptRow, 'id'> & {
  readonly user: number
  /** The newest message that was shown. */
  readonly seq: number | null
}

export async function insertAttempt(sql: Sql, attempt: NewAttempt): Promise<void> {
  const { user, conversation_id, registration_id, kind, state, answer, seq, at } = attempt
  await sql`
    insert into push_attempts
      (user_id, conversation_id, registration_id, kind, state, answer, seq, at)
    values (${user}, ${conversation_id}, ${registration_id}, ${kind}, ${state}, ${answer}, ${seq},
      ${at})`
}

/** Since then, newest first. */
export function listAttempts(
  sql: Sql,
  user: number,
  { before, since, limit }: { before?: number | undefined; since: Date; limit: number },
): Promise<AttemptRow[]> {
  return sql<AttemptRow[]>`
    select * from push_attempts
    where user_id = ${user} and id < ${before ?? Number.MAX_SAFE_INTEGER} and at > ${since}
    order by id desc limit ${limit}`
}

export function pageAttempts(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<AttemptRow[]> {
  return sql<AttemptRow[]>`
    select * from push_attempts where user_id = ${user} and id > ${after} order by id limit ${limit}`
}

export async function deleteAttempts(sql: Sql, user: number, limit: number): Promise<number> {
  const rows = await sql`
    delete from push_attempts where id in (
      select id from push_attempts where user_id = ${user} order by id limit ${limit})`
  return rows.count
}

export async function forgetAttempts(sql: Sql, before: Date, limit: number): Promise<number> {
  const rows = await sql`
    delete from push_attempts where id in (
      select id from push_attempts where at < ${before} order by at limit ${limit})`
  return rows.count
}
