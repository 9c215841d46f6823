// SQL of what a node should have heard.
import type { Sql } from '../../infra/db.ts'
import { limits } from './limits.ts'

/** Seqs of a conversation that did not come. */
export interface Gap {
  readonly conversation: number
  /** Null: it is not known where the gap begins, so whatever was said in the last moments. */
  readonly after: number | null
  readonly before: number
}

/** Ids of messages in gaps, the last `limits.missed.messagesMax` of each. */
export async function findMissed(sql: Sql, gaps: readonly Gap[]): Promise<{ id: number }[]> {
  const { recentMs, messagesMax } = limits.missed
  return sql<{ id: number }[]>`
    select m.id from unnest(
        ${gaps.map((gap) => gap.conversation)}::bigint[],
        ${gaps.map((gap) => gap.after)}::bigint[],
        ${gaps.map((gap) => gap.before)}::bigint[]
      ) as g (conversation, after, before)
      cross join lateral (
        select id, seq, created_at from messages
        where conversation_id = g.conversation and seq > coalesce(g.after, 0) and seq < g.before
        order by seq desc limit ${messagesMax}) m
    where g.after is not null
      or m.created_at > now() - ${recentMs / 1000} * interval '1 second'`
}
