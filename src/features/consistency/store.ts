// SQL of when each check was done last, and what it found: any worker does it, all tell of it.
import type { Sql } from '../../infra/db.ts'
import type { Finding } from './check.ts'

/** Whether this check is ours to do now: nobody has begun it since. */
export async function claimCheck(
  sql: Sql,
  name: string,
  { now, before }: { now: Date; before: Date },
): Promise<boolean> {
  const { count } = await sql`
    insert into consistency_checks (name, begun_at) values (${name}, ${now})
    on conflict (name) do update set begun_at = excluded.begun_at
      where consistency_checks.begun_at < ${before}`
  return count > 0
}

export async function writeFinding(
  sql: Sql,
  { check, rows, wrong }: Finding,
  now: Date,
): Promise<void> {
  await sql`
    update consistency_checks set ended_at = ${now}, looked_at = ${rows}, wrong = ${wrong}
    where name = ${check}`
}

export function listFindings(sql: Sql): Promise<{ name: string; wrong: number; ended_at: Date }[]> {
  return sql`
    select name, wrong, ended_at from consistency_checks where ended_at is not null order by name`
}
