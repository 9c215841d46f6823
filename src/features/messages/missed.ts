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
  const byGap = Map.groupBy(rows, ({ gap }) => gap)
  return new Map(
    gaps.map((gap, place) => {
      const ids = new Set(byGap.get(place)?.map(({ id }) => id))
      const said = items.flatMap(({ m, s: seq }, index) =>
        ids.has(m) ? [{ seq, frame: frames[index] as string }] : [],
      )
      return [gap, said]
    }),
  )
}
