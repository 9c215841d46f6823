// SQL of the phones that are registered.
import type { Sql } from '../../infra/db.ts'
import type { PhoneKind } from '../../infra/push.ts'
import type { PushSettings } from '../../protocol/push.ts'

export interface PhoneRow {
  id: number
  kind: PhoneKind
  token: string
  app_id: string | null
  is_sandbox: boolean
  settings: PushSettings | null
  created_at: Date
}

export interface NewPhone {
  readonly user: number
  readonly session: number
  readonly kind: PhoneKind
  readonly token: string
  readonly appId: string | null
  readonly isSandbox: boolean
  readonly settings: PushSettings | null
}

/** The same token again belongs to whoever registered it last: one phone, one person. */
export async function upsertPhone(sql: Sql, phone: NewPhone): Promise<PhoneRow> {
  const { user, session, kind, token, appId, isSandbox, settings } = phone
  const [stored] = await sql<PhoneRow[]>`
    insert into push_subscriptions (user_id, session_id, kind, token, app_id, is_sandbox, settings)
    values (${user}, ${session}, ${kind}, ${token}, ${appId}, ${isSandbox},
      ${settings && sql.json(settings)})
    on conflict (kind, token) do update
      set user_id = excluded.user_id, session_id = excluded.session_id,
        app_id = excluded.app_id, is_sandbox = excluded.is_sandbox,
        settings = excluded.settings,
        failing_since = null, failed_at = null, failing_why = null
    returning *`
  return stored as PhoneRow
}

/** Those of sessions that have not ended, oldest first; there are few, see limits.push. */
export function listPhones(sql: Sql, user: number): Promise<PhoneRow[]> {
  return sql<PhoneRow[]>`
    select p.* from push_subscriptions p join sessions s on s.id = p.session_id
    where p.user_id = ${user} and p.kind <> 'web' and s.ended_at is null
    order by p.id`
}

export async function deletePhone(sql: Sql, id: number, user: number): Promise<boolean> {
  const rows = await sql`
    delete from push_subscriptions where id = ${id} and user_id = ${user} and kind <> 'web'
    returning id`
  return rows.length > 0
}

export function pageTokens(
  sql: Sql,
  user: number,
  after: number,
  limit: number,
): Promise<PhoneRow[]> {
  return sql<PhoneRow[]>`
    select * from push_subscriptions where user_id = ${user} and kind <> 'web' and id > ${after}
    order by id limit ${limit}`
}
