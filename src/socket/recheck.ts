// Looks at the sessions behind open sockets from time to time, in case nobody could tell us.
import type { Timer } from '../core/clock.ts'
import { limits } from '../core/limits.ts'
import type { Door } from './door.ts'

const chunk = 1_000

/** Often while the relay is away, seldom otherwise. */
export function recheck(door: Door): Timer {
  const { clock, log } = door.ctx
  let running = false
  let last = clock.elapsed()
  return clock.every(limits.sessions.recheckAloneMs, () => {
    const due = last + limits.sessions.recheckMs
    if (running || (door.ctx.relay.connected && clock.elapsed() < due)) return
    running = true
    last = clock.elapsed()
    look(door)
      .catch((err) => log.debug({ err }, 'sessions could not be looked at'))
      .finally(() => (running = false))
  })
}

async function look(door: Door): Promise<void> {
  const connections = [...door.roster.all()]
  for (let from = 0; from < connections.length; from += chunk) {
    const some = connections.slice(from, from + chunk)
    const live = await Promise.all(some.map((each) => door.ctx.sessions.get(each.actor.sessionId)))
    some.forEach((connection, index) => {
      const session = live[index]
      if (!session || session.disabled) connection.kick('sessionEnded', 'the session ended')
    })
  }
}
