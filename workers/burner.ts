// Burns messages whose time is over. The rows say which; nothing is lost with Redis or a process.
import type { BaseContext } from '../src/context.ts'
import { burnDue } from '../src/features/burning/due.ts'
import { limits } from '../src/features/burning/limits.ts'
import { Lookout } from './lookout.ts'

/** In every worker process: what one has burned another does not find. */
export class Burner extends Lookout {
  constructor(ctx: BaseContext) {
    super(ctx.clock, {
      everyMs: limits.burning.lookMs,
      run: async () => (await burnDue(ctx)) === limits.burning.takeMax,
      failed: (err) => ctx.log.warn({ err }, 'what is over could not be burned'),
    })
  }
}
