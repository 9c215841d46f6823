// Keeps the index of what was said. The database says how far it is; nothing is lost with a process.
import type { BaseContext } from '../src/context.ts'
import { indexNew } from '../src/features/search/indexing.ts'
import { limits } from '../src/features/search/limits.ts'
import { Lookout } from './lookout.ts'

/** In every worker process; one of them at a time has its turn. */
export class SearchIndexer extends Lookout {
  constructor(ctx: BaseContext) {
    super(ctx.clock, {
      everyMs: limits.index.lookMs,
      run: () => indexNew(ctx),
      failed: (err) => ctx.log.warn({ err }, 'the index of messages is not kept for the moment'),
    })
  }
}
