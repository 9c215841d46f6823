// Who on this node watches whom, and what they were told of them. A node looks at those who are watched
// here, again and again; nobody tells it. So it costs by how many are watched, not by how many come and go,
// and whatever Redis loses, or a node that dies takes along, is seen by the next look.
import { isDeepStrictEqual } from 'node:util'
import type { BaseContext, State } from '../../context.ts'
import type { Timer } from '../../core/clock.ts'
import { encode } from '../../protocol/codec.ts'
import type { Status } from '../../protocol/people.ts'
import type { Presence } from '../../protocol/presence.ts'
import { shownAmong, type Pair } from '../friends/contacts.ts'
import { localSockets } from '../messages/delivery/local-sockets.ts'
import { limits } from './limits.ts'

/** What one socket watches. */
interface Watch {
  readonly user: number
  readonly socket: string
  /** By account, as they were asked for. */
  readonly names: ReadonlyMap<number, string>
  /** Those of them who are not shown at present: they seem to be away. */
  readonly hidden: Set<number>
  /** What they say of themselves, of those who do. */
  readonly statuses: Map<number, Status>
}

interface Watched {
  isOnline: boolean
  lastSeenAt: Date | null
  /** Since when no socket of theirs was found, by the elapsed time; null while one is. */
  missingSince: number | null
  readonly watches: Set<Watch>
}

export const away: Presence = { online: false, last_seen_at: null }

export class Watchers {
  readonly #bySocket = new Map<string, Watch>()
  readonly #people = new Map<number, Watched>()
  #timer: Timer | null = null
  #looking = false

  constructor(private readonly ctx: BaseContext) {}

  /** People who are watched here. */
  get size(): number {
    return this.#people.size
  }

  /** Takes the place of what the socket watched before; answers how they are now. */
  async watch(watch: Watch): Promise<Map<number, Presence>> {
    const { socket, names } = watch
    const found = await this.ctx.registry.presence([...names.keys()])
    this.#forget(socket)
    if (names.size > 0) this.#bySocket.set(socket, watch)
    for (const [id, is] of found) {
      const watched = this.#people.get(id) ?? this.#first(is)
      watched.watches.add(watch)
      this.#people.set(id, watched)
    }
    if (names.size > 0) {
      this.#timer ??= this.ctx.clock.every(limits.presence.lookMs, () => void this.look())
    }
    return new Map([...names.keys()].map((id) => [id, this.#shownTo(watch, id)]))
  }

  /** One look at everybody who is watched. Never rejects; the next makes up for one that failed. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      this.#forgetGone()
      const people = [...this.#people.keys()]
      for (let from = 0; from < people.length; from += limits.presence.lookMax) {
        await this.#look(people.slice(from, from + limits.presence.lookMax))
      }
    } catch (err) {
      this.ctx.log.debug({ err }, 'who is watched could not be looked at')
    } finally {
      this.#looking = false
    }
  }

  /** What somebody may see, or is seen of them, has changed: whom one sees no more seems to be away. */
  async recheck(user: number): Promise<void> {
    const mine = [...this.#bySocket.values()].filter((watch) => watch.user === user)
    const theirs = [...(this.#people.get(user)?.watches ?? [])]
    await this.#judge([
      ...mine.flatMap((watch) => [...watch.names.keys()].map((id) => [watch, id] as const)),
      ...theirs.map((watch) => [watch, user] as const),
    ])
  }

  stop(): void {
    this.#timer?.stop()
    this.#timer = null
  }

  async #look(people: readonly number[]): Promise<void> {
    const found = await this.ctx.registry.presence(people)
    const changed = people.filter((id) => {
      const watched = this.#people.get(id)
      return watched && this.#hasChanged(watched, found.get(id)?.isOnline ?? false)
    })
    if (changed.length === 0) return
    // Before anything is told, and before it counts as told: the next look asks again.
    await this.#judge(
      changed.flatMap((id) => [...(this.#people.get(id)?.watches ?? [])].map((each) => [each, id])),
    )
    for (const id of changed) {
      const watched = this.#people.get(id)
      if (!watched) continue
      watched.isOnline = !watched.isOnline
      watched.missingSince = null
      watched.lastSeenAt = found.get(id)?.lastSeenAt ?? null
      for (const watch of watched.watches) {
        if (!watch.hidden.has(id)) this.#tell(watch, id)
      }
    }
  }

  /** Who left a moment ago may be on their way to another node: so it is for whoever asks anew, too. */
  #first({ isOnline, lastSeenAt }: Pick<Watched, 'isOnline' | 'lastSeenAt'>): Watched {
    const { clock } = this.ctx
    const goneMs = lastSeenAt ? Math.max(0, clock.now().getTime() - lastSeenAt.getTime()) : Infinity
    const isMissing = !isOnline && goneMs < limits.presence.graceMs
    const missingSince = isMissing ? clock.elapsed() - goneMs : null
    return { isOnline: isOnline || isMissing, lastSeenAt, missingSince, watches: new Set() }
  }

  /** Who reconnects elsewhere, for their node restarts or their train leaves a tunnel, was never away. */
  #hasChanged(watched: Watched, isOnline: boolean): boolean {
    if (isOnline) {
      watched.missingSince = null
      return !watched.isOnline
    }
    if (!watched.isOnline) return false
    const now = this.ctx.clock.elapsed()
    watched.missingSince ??= now
    return now - watched.missingSince >= limits.presence.graceMs
  }

  /** Who may be seen by whoever watches them; where that is new it is told, if there is anything to see. */
  async #judge(watching: readonly (readonly [Watch, number])[]): Promise<void> {
    const pairs = watching.map(([{ user }, id]): Pair => [user, id])
    const shown = await shownAmong(this.ctx.sql, pairs, this.ctx.clock.now())
    watching.forEach(([watch, id], at) => {
      if (!this.#people.get(id)?.watches.has(watch)) return
      const before = this.#shownTo(watch, id)
      const { isSeen = false, status = null } = shown[at] ?? {}
      if (isSeen) watch.hidden.delete(id)
      else watch.hidden.add(id)
      if (status) watch.statuses.set(id, status)
      else watch.statuses.delete(id)
      if (!isDeepStrictEqual(before, this.#shownTo(watch, id))) this.#tell(watch, id)
    })
  }

  #shownTo(watch: Watch, id: number): Presence {
    const watched = this.#people.get(id)
    if (!watched) return away
    const status = this.#current(watch.statuses.get(id))
    const said = status ? { status } : {}
    if (watch.hidden.has(id)) return { ...away, ...said }
    const { isOnline: online, lastSeenAt } = watched
    return { online, last_seen_at: online ? null : (lastSeenAt?.toISOString() ?? null), ...said }
  }

  #current(status: Status | undefined): Status | null {
    const isOver = status?.until && Date.parse(status.until) <= this.ctx.clock.now().getTime()
    return status && !isOver ? status : null
  }

  #tell(watch: Watch, id: number): void {
    const user_id = watch.names.get(id)
    if (user_id === undefined) return
    const seconds = Math.floor(this.ctx.clock.now().getTime() / 1000)
    const frame = encode('presence', { user_id, ...this.#shownTo(watch, id) }, seconds)
    this.ctx.of(localSockets).attached?.give(watch.user, watch.socket, frame)
  }

  #forgetGone(): void {
    const sockets = this.ctx.of(localSockets).attached
    for (const { user, socket } of this.#bySocket.values()) {
      if (!sockets?.isHere(user, socket)) this.#forget(socket)
    }
  }

  #forget(socket: string): void {
    const watch = this.#bySocket.get(socket)
    if (!watch) return
    this.#bySocket.delete(socket)
    for (const id of watch.names.keys()) {
      const watched = this.#people.get(id)
      watched?.watches.delete(watch)
      if (watched?.watches.size === 0) this.#people.delete(id)
    }
    if (this.#bySocket.size === 0) this.stop()
  }
}

export const watchers: State<Watchers> = {
  name: 'who watches whom',
  create: (base) => new Watchers(base),
  close: (all) => all.stop(),
}
