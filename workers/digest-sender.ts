// Tells people who are away by mail what waits for them. The rows say who; nothing is lost with a process.
import type { BaseContext } from '../src/context.ts'
import { isWanted, tellAway, whyNone } from '../src/features/digests/due.ts'
import { limits } from '../src/features/digests/limits.ts'
import { Lookout } from './lookout.ts'

/** In every worker process: whom one has told another does not. */
export class DigestSender extends Lookout {
  constructor(ctx: BaseContext) {
    const why = whyNone(ctx)
    let isSaid = why === null || why === 'off'
    super(ctx.clock, {
      everyMs: limits.digest.lookMs,
      run: async () => {
        if (why === null) return tellAway(ctx)
        if (!isSaid && (await isWanted(ctx))) {
          isSaid = true
          ctx.log.warn({ why }, 'people want digests by mail, and get none here')
        }
        return false
      },
      failed: (err) => ctx.log.warn({ err }, 'nobody could look who is away'),
    })
  }
}
