// Keeps this node's lease in Redis, and rebuilds its registrations when Redis lost them.
import type { Context } from '../context.ts'
import type { Timer } from '../core/clock.ts'
import { limits } from '../infra/limits.ts'
import type { Entry } from '../infra/registry.ts'
import { entryOf, type Roster } from './roster.ts'

const chunk = 500

export class Lease {
  #timer: Timer | null = null
  #checking: Promise<void> | null = null
  /** False when Redis may lack a socket of ours although the lease is there. */
  #complete = true
  #isAlone = false
  /** Sockets that are gone and may still be registered. */
  #gone: Entry[] = []

  constructor(
    private readonly ctx: Context,
    private readonly roster: Roster,
  ) {}

  async start(): Promise<void> {
    await this.check()
    this.#timer = this.ctx.clock.every(limits.lease.refreshMs, () => void this.check())
  }

  /** No other node lived when this was last looked at. */
  get isAlone(): boolean {
    return this.#isAlone
  }

  /** Renews the lease; never rejects. One check at a time. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null
    })
    return this.#checking
  }

  /**
   * A socket could not be registered, or Redis was away: it may come back with a lease older than
   * what it lost, so the lease alone proves nothing.
   */
  doubt(): void {
    this.#complete = false
  }

  /** A socket could not be taken out: its owner would seem to be here and get no push. */
  owe(entry: Entry): void {
    this.#gone.push(entry)
  }

  async stop(): Promise<void> {
    this.#timer?.stop()
    const { registry, nodeId } = this.ctx
    await registry.unregister(nodeId).catch(() => {})
  }

  async #check(): Promise<void> {
    const { registry, nodeId, log } = this.ctx
    try {
      await this.#settle()
      const renewed = await registry.renew(nodeId)
      this.#isAlone = await registry.isAlone(nodeId)
      if (renewed && this.#complete) return
      // Doubts that come up from here on are about sockets this round does not know.
      this.#complete = true
      await registry.register(nodeId)
      this.#isAlone = await registry.isAlone(nodeId)
      const entries = [...this.roster.all()].map(entryOf)
      for (let from = 0; from < entries.length; from += chunk) {
        await registry.joinAll(nodeId, entries.slice(from, from + chunk))
      }
      if (entries.length > 0) log.info({ sockets: entries.length }, 'registered again')
    } catch (err) {
      this.#complete = false
      this.#isAlone = false
      log.debug({ err }, 'the lease could not be renewed')
    }
  }

  /** What is owed is paid first: a registration made now must not be taken out after. */
  async #settle(): Promise<void> {
    const { registry, nodeId } = this.ctx
    while (this.#gone.length > 0) {
      const entry = this.#gone[0] as Entry
      await registry.leave(nodeId, entry, this.roster.of(entry.user).length === 0)
      this.#gone.shift()
    }
  }
}
