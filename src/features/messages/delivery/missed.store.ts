// SQL of what a node should have heard.
import type { Sql } from '../../../infra/db.ts'
import { limits } from '../limits.ts'

/** Seqs of a conversation that did not come. */
export interface Gap {
  readonly conversation: number
  /** Whose it is: what is not for them did not fail to come. */
  readonly user: number
  /** Null: it is not known where the gap begins, so whatever was said in the last moments. */
  readonly after: number | null
  readonly before: number
}

/** Ids of messages in gaps, by their place in the list, the last `limits.missed.messagesMax` of each. */
export async function findMissed(
  sql: Sql,
  gaps: readonly Gap[],
): Promise<{ id: number; gap: number }[]> {
  const { recentMs, messagesMax } = limits.missed
  return sql<{ id: number; gap: number }[]>`
    select m.id, g.n - 1 as gap from unnest(
        ${gaps.map((gap) => gap.conversation)}::bigint[],
        ${gaps.map((gap) => gap.user)}::bigint[],
        ${gaps.map((gap) => gap.after)}::bigint[],
        ${gaps.map((gap) => gap.before)}::bigint[]
      ) with ordinality as g (conversation, user_id, after, before, n)
      join conversation_members a on a.conversation_id = g.conversation and a.user_id = g.user_id
        and a.left_at is null
      cross join lateral (
        select id, seq, created_at from messages
        where conversation_id = g.conversation and seq > greatest(g.after, a.sees_after)
          and seq < g.before
        order by seq desc limit ${messagesMax}) m
    where g.after is not null
      or m.created_at > now() - ${recentMs / 1000} * interval '1 second'`
}
