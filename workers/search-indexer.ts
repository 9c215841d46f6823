// Keeps the index of what was said. The database says how far it is; nothing is lost with a process.
import type { BaseContext } from '../src/context.ts'
import { indexNew } from '../src/features/search/indexing.ts'
import { limits } from '../src/features/search/limits.ts'
import { Lookout } from './lookout.ts'

/** In every worker process; one of them at a time has its turn. */
export class SearchIndexer extends Lookout {
  constructor(ctx: BaseContext) {
    const { lookMs, workMs, restMs } = limits.index
    super(ctx.clock, {
      everyMs: lookMs,
      // A tenth of the time, so that what was said does not slow what is said; searches read the rest.
      mostMs: workMs,
      run: () => indexNew(ctx, new Date(ctx.clock.now().getTime() - restMs)),
      failed: (err) => ctx.log.warn({ err }, 'the index of messages is not kept for the moment'),
    })
  }
}
