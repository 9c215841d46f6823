// Looks at the sessions behind open sockets from time to time, in case nobody could tell us.
import type { Context } from '../context.ts'
import type { Timer } from '../core/clock.ts'
import { limits } from './limits.ts'
import type { Roster } from './roster.ts'
import { liveSessions } from '../features/signin/state.ts'

const chunk = 1_000

/** Often while the relay is away, seldom otherwise. */
export function recheck(ctx: Context, roster: Roster): Timer {
  const { clock, log } = ctx
  let running = false
  let last = clock.elapsed()
  return clock.every(limits.recheck.everyAloneMs, () => {
    const due = last + limits.recheck.everyMs
    if (running || (ctx.relay.connected && clock.elapsed() < due)) return
    running = true
    last = clock.elapsed()
    look(ctx, roster)
      .catch((err) => log.debug({ err }, 'sessions could not be looked at'))
      .finally(() => (running = false))
  })
}

async function look(ctx: Context, roster: Roster): Promise<void> {
  const connections = [...roster.all()]
  for (let from = 0; from < connections.length; from += chunk) {
    const some = connections.slice(from, from + chunk)
    const live = await Promise.all(
      some.map((each) => ctx.of(liveSessions).get(each.actor.sessionId)),
    )
    some.forEach((connection, index) => {
      const session = live[index]
      if (!session || session.disabled) connection.kick('sessionEnded', 'the session ended')
    })
  }
}
