// A device with a replica, behind a line that is cut where a test wants it, and what it has to show.
import { expect } from 'bun:test'
import {
  createReplica,
  MemoryStore,
  type Replica,
  type ReplicaOptions,
  type Store,
} from '../../src/client/replica/replica.ts'
import type { SyncEvent } from '../../src/protocol/sync.ts'
import { eventually } from '../support/eventually.ts'
import { Mirror, words } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'
import type { Proxy } from './proxy.ts'
import type { Point } from './replica.people.ts'

const impatient = { ackMs: 2_000, helloMs: 2_000, requestMs: 3_000, holeMs: 20 }
export const replicaLimits = {
  soonMs: 5,
  laterMs: 20,
  windowMax: 12,
  eventsMax: 4,
  aheadMessages: 5,
}

/** A device of somebody's, behind a line that can be cut; it looks at all there is. */
export function deviceOf(proxy: Proxy, who: Person, more: Partial<ReplicaOptions> = {}): Replica {
  const replica = createReplica({
    url: `http://127.0.0.1:${proxy.port}`,
    tokens: { token: who.token, refresh_token: who.refreshToken },
    store: new MemoryStore(),
    random: () => 0.01,
    limits: impatient,
    replicaLimits,
    onError: () => {},
    ...more,
  })
  const looks = new Set<number>()
  replica.conversations('all').subscribe((all) => {
    for (const { id } of all) {
      if (looks.has(id)) continue
      looks.add(id)
      replica.timeline(id).subscribe(() => {})
    }
  })
  return replica
}

export const isLive = (replica: Replica) => replica.state().current.state === 'live'

export async function agrees(replica: Replica, owner: Person): Promise<void> {
  const same = async () => {
    const [shown, fresh] = await Promise.all([shownBy(replica, owner), seenFresh(replica, owner)])
    return Bun.deepEquals(shown, fresh)
  }
  await eventually(same, { what: 'the same picture', within: 2_000 }).catch(() => {})
  expect(await shownBy(replica, owner)).toEqual(await seenFresh(replica, owner))
}

/** Cuts the line the next time a device comes to where a cut is wanted. */
export class Cutter {
  constructor(private readonly proxy: Proxy) {}

  readonly #wanted: Point[] = []
  readonly done: Point[] = []

  want(point: Point | null): void {
    if (point && !this.#wanted.includes(point)) this.#wanted.push(point)
  }

  readonly at = (point: Point): void => {
    const index = this.#wanted.indexOf(point)
    if (index < 0) return
    this.#wanted.splice(index, 1)
    this.done.push(point)
    this.proxy.cut()
  }

  /** A socket and a door of HTTP that say where a device is. */
  get line(): Pick<ReplicaOptions, 'WebSocket' | 'fetch'> {
    const { at } = this
    class Watched extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        at('dialled')
        this.addEventListener('message', ({ data }) => {
          if (String(data).includes('"next_cursor"')) at('answered')
        })
      }

      override send(text: string): void {
        super.send(text)
        if (text.includes('"sync"')) at('asked')
      }
    }
    return {
      WebSocket: Watched,
      fetch: async (url, init) => {
        if (!url.includes('/sync')) return await fetch(url, init)
        const asking = fetch(url, init)
        at('asked')
        const response = await asking
        at('answered')
        return response
      },
    }
  }
}

/** A store that says when it writes. */
export function watched(store: Store, at: (point: Point) => void): Store {
  return {
    shared: store.shared,
    list: (...asked) => store.list(...asked),
    write: async (...asked) => {
      at('writing')
      const isDone = await store.write(...asked)
      at('written')
      return isDone
    },
    forget: (space) => store.forget(space),
    close: () => store.close(),
  }
}

/** What a replica shows, as a mirror of the same events has it; of messages those it keeps. */
export async function shownBy(replica: Replica, owner: Person): Promise<unknown> {
  const talks = replica.conversations('all').current
  const [me, settings] = [replica.me().current, replica.settings().current]
  const events: SyncEvent[] = [
    ...(me ? [{ type: 'me', data: me } as const] : []),
    ...(settings ? [{ type: 'settings', data: settings } as const] : []),
    ...talks.map((data) => ({ type: 'conversation', data }) as const),
    ...talks.flatMap(({ id }): SyncEvent[] => {
      const { receipt } = replica.timeline(id).current
      return receipt ? [{ type: 'read_receipt', data: receipt }] : []
    }),
    ...replica.friends().current.map((data) => ({ type: 'friend', data }) as const),
    ...replica.requests().current.map((data) => ({ type: 'friend_request', data }) as const),
    ...replica.blocks().current.map((data) => ({ type: 'block', data }) as const),
    ...replica.joinRequests().current.map((data) => ({ type: 'join_request', data }) as const),
    ...replica.invitations().current.map((data) => ({ type: 'group_invitation', data }) as const),
    ...replica.favorites().current.map((data) => ({ type: 'favorite', data }) as const),
    ...replica.scheduled().current.map((data) => ({ type: 'scheduled_updated', data }) as const),
  ]
  const mirror = new Mirror(owner)
  mirror.takes({ events, next_cursor: '', has_more: false })
  const said = talks.map(({ id }) => [id, words(replica.timeline(id).current.messages)] as const)
  return { ...mirror.picture(), said: Object.fromEntries(said) }
}

/** What a new device would see: of messages as many as the replica shows. */
export async function seenFresh(replica: Replica, owner: Person): Promise<unknown> {
  const fresh = new Mirror(owner)
  await fresh.catchesUp()
  const said = await Promise.all(
    fresh.conversations().map(async (id) => {
      const [first] = replica.timeline(id).current.messages
      const all = words(await owner.reads(id))
      return [id, all.filter(({ seq }) => !first || seq >= first.seq)] as const
    }),
  )
  return { ...fresh.picture(), said: Object.fromEntries(said) }
}
