// Sends what people have scheduled. The rows say what is due; nothing is lost with Redis or a process.
import type { BaseContext } from '../src/context.ts'
import { sendDue } from '../src/features/scheduling/due.ts'
import { limits } from '../src/features/scheduling/limits.ts'
import { Lookout } from './lookout.ts'

/** In every worker process; rows are claimed, so more of them only share the work. */
export class ScheduledSender extends Lookout {
  constructor(ctx: BaseContext) {
    super(ctx.clock, {
      everyMs: limits.scheduled.lookMs,
      run: async () => (await sendDue(ctx)) > 0,
      failed: (err) => ctx.log.debug({ err }, 'a look at what is due was skipped'),
    })
  }
}
