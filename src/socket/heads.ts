// The position beacon: newest seq of conversations with recent traffic, straight from Postgres,
// so that a client sees a hole even when every relay, job and worker failed.
import type { Context } from '../context.ts'
import { unixSeconds, type Timer } from '../core/clock.ts'
import { inTurns } from '../core/turns.ts'
import { limits } from './limits.ts'
import { headsSince, newestId } from '../features/conversations/heads.ts'
import { encode } from '../protocol/codec.ts'
import type { Roster } from './roster.ts'

const chunk = 1_000

export class Heads {
  /** Newest message id at the two last beacons: windows overlap, for ids commit out of order. */
  #marks: [number, number] | null = null
  #markedAt = 0
  #telling = false

  constructor(
    private readonly ctx: Context,
    private readonly roster: Roster,
  ) {}

  start(): Timer {
    return this.ctx.clock.every(limits.beacon.intervalMs, () => void this.tell())
  }

  /** Never rejects; the next round makes up for one that failed. */
  async tell(): Promise<void> {
    if (this.#telling) return
    this.#telling = true
    try {
      await this.#tell()
    } catch (err) {
      this.ctx.log.debug({ err }, 'a beacon was skipped')
    } finally {
      this.#telling = false
    }
  }

  async #tell(): Promise<void> {
    const { sql } = this.ctx
    const newest = await newestId(sql)
    const since = this.#marks?.[0] ?? Math.max(0, newest - 10_000)
    this.#mark(newest)
    const users = this.roster.users
    if (users.length === 0 || newest <= since) return
    for (let from = 0; from < users.length; from += chunk) {
      const found = await headsSince(sql, since, users.slice(from, from + chunk))
      // After a word in a big group that is a frame for everybody in it.
      await inTurns(found, limits.socket.writesPerTurn, ([user, heads]) => {
        const frame = encode('heads', heads, unixSeconds(this.ctx.clock))
        for (const connection of this.roster.of(user)) connection.send(frame)
      })
    }
  }

  /** Only beacons a full round apart move the window: two at once must not shrink its overlap. */
  #mark(newest: number): void {
    const now = this.ctx.clock.elapsed()
    if (this.#marks && now - this.#markedAt < limits.beacon.intervalMs / 2) return
    this.#marks = [this.#marks?.[1] ?? newest, newest]
    this.#markedAt = now
  }
}
