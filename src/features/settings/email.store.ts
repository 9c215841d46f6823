// SQL of what accounts want by e-mail. The digests keep beside it what became of them.
import type { Sql, TxSql } from '../../infra/db.ts'
import type { EmailSettings } from '../../protocol/settings.ts'

/** Where a digest is wanted it is looked at once whether and when one is due. */
export async function upsertEmail(
  sql: TxSql,
  { user, digest, now }: EmailSettings & { user: number; now: Date },
): Promise<void> {
  await sql`
    insert into email_settings (user_id, digest, look_at, updated_at)
    values (${user}, ${digest}, ${digest === 'off' ? null : now}, ${now})
    on conflict (user_id) do update
      set digest = excluded.digest, look_at = excluded.look_at, updated_at = excluded.updated_at`
}

/** Whether it was on. */
export async function turnOffDigest(sql: TxSql, user: number, now: Date): Promise<boolean> {
  const { count } = await sql`
    update email_settings set digest = 'off', look_at = null, updated_at = ${now}
    where user_id = ${user} and digest <> 'off'`
  return count > 0
}

export async function deleteEmail(sql: Sql, user: number): Promise<number> {
  const gone = await sql`delete from email_settings where user_id = ${user}`
  return gone.count
}
