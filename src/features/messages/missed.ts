// What a node should have heard by the relay and did not: it asks the database.
import type { BaseContext } from '../../context.ts'
import { loadBatch } from './replay.ts'
import { findMissed, type Gap } from './missed.store.ts'

export type { Gap }

export interface Missed {
  readonly seq: number
  readonly frame: string
}

/** By gap, in rising seq; the last ones of a long gap. */
export async function loadMissed(
  ctx: BaseContext,
  gaps: readonly Gap[],
): Promise<Map<Gap, Missed[]>> {
  const rows = await findMissed(ctx.sql, gaps)
  const now = ctx.clock.now().getTime()
  const { items, frames } = await loadBatch(ctx, [...new Set(rows.map(({ id }) => id))], now)
  const all = items.map(({ c, s: seq }, index) => ({ c, seq, frame: frames[index] as string }))
  const byConversation = Map.groupBy(all, ({ c }) => c)
  const isIn = ({ after, before }: Gap, seq: number) => seq > (after ?? 0) && seq < before
  return new Map(
    gaps.map((gap) => {
      const said = byConversation.get(gap.conversation) ?? []
      return [gap, said.filter(({ seq }) => isIn(gap, seq))]
    }),
  )
}
