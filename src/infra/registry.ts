// Who is connected where. Lives in Redis, is rebuilt by the nodes, and is only ever a hint.
//
//   u:{user}    hash   connection id → `session|device`
//   w:{user}    string the hash's connection ids, separated by spaces
//   s:{user}    string when their last connection left, in Unix seconds
//   n:{node}    set    users with a connection on that node
//   l:{node}    string the node's lease, 30 s
//   nodes       set    every node that may have left entries behind
//
// A connection id starts with its node's id, so the list says where a user's devices are. A node
// takes a fresh id at every start: entries of a dead node can never be mistaken for a live one's.
import { limits } from './limits.ts'
import { Loader } from '../core/loader.ts'
import type { Redis } from './redis.ts'
import joinScript from './registry.join.lua' with { type: 'text' }
import leaveScript from './registry.leave.lua' with { type: 'text' }

export interface Entry {
  readonly connectionId: string
  readonly user: number
  readonly session: number
  readonly device: string
}

const seenSeconds = limits.lastSeenMs / 1000
/** Whoever was on a node that died was seen there when its lease began at the latest. */
const deadSeconds = limits.lease.lifeMs / 1000

function nodeOf(connectionId: string): string {
  return connectionId.slice(0, connectionId.indexOf('.'))
}

interface Change {
  readonly how: 'join' | 'leave' | 'leaveNode'
  readonly node: string
  readonly entry: Entry
}

interface Scripts<Result> {
  registryJoin(hash: string, list: string, ...entries: string[]): Result
  registryLeave(
    hash: string,
    list: string,
    seen: string,
    life: number,
    ago: number,
    ...ids: string[]
  ): Result
}

type Scripted = Redis & Scripts<Promise<unknown>>
type Pipeline = ReturnType<Redis['pipeline']>
type ScriptedPipeline = Pipeline & Scripts<Pipeline>

export class Registry {
  private readonly redis: Scripted
  /** One queue for both, so that nobody leaves before having joined. */
  readonly #changes = new Loader((changes: Change[]) => this.#change(changes))

  constructor(
    redis: Redis,
    private readonly prefix: string,
  ) {
    redis.defineCommand('registryJoin', { numberOfKeys: 2, lua: joinScript })
    redis.defineCommand('registryLeave', { numberOfKeys: 3, lua: leaveScript })
    this.redis = redis as Scripted
  }

  /** The node that holds a connection. */
  nodeOf(connectionId: string): string {
    return nodeOf(connectionId)
  }

  #key(kind: string, id: number | string): string {
    return `${this.prefix}:${kind}:{${id}}`
  }

  #userKeys(user: number): [string, string] {
    return [this.#key('u', user), this.#key('w', user)]
  }

  #pipeline(): ScriptedPipeline {
    return this.redis.pipeline() as ScriptedPipeline
  }

  get #nodes(): string {
    return `${this.prefix}:nodes`
  }

  /**
   * Adds a connection and answers all of its user's, this one included. What is asked while a
   * round trip is under way goes into the next: a storm of reconnects costs a few of them.
   */
  async join(node: string, entry: Entry): Promise<readonly Entry[]> {
    return (await this.#changes.get({ how: 'join', node, entry })) ?? []
  }

  /** Adds many at once: how a node rebuilds what Redis lost. */
  async joinAll(node: string, entries: readonly Entry[]): Promise<void> {
    await this.#change(entries.map((entry) => ({ how: 'join', node, entry })))
  }

  /** Removes a connection, never before it was added; `last`: the user's last on that node. */
  async leave(node: string, entry: Entry, last: boolean): Promise<void> {
    await this.#changes.get({ how: last ? 'leaveNode' : 'leave', node, entry })
  }

  async #change(changes: readonly Change[]): Promise<Map<Change, readonly Entry[]>> {
    const pipeline = this.#pipeline()
    for (const { how, node, entry } of changes) {
      const keys = this.#userKeys(entry.user)
      const users = this.#key('n', node)
      if (how === 'join') {
        const value = `${entry.session}|${entry.device}`
        pipeline.registryJoin(...keys, entry.connectionId, value).sadd(users, entry.user)
      } else {
        // Two commands each, so that a change finds its result at twice its place.
        const seen = this.#key('s', entry.user)
        pipeline.registryLeave(...keys, seen, seenSeconds, 0, entry.connectionId)
        if (how === 'leaveNode') pipeline.srem(users, entry.user)
        else pipeline.ping()
      }
    }
    const results = await answersOf(pipeline.exec())
    const entries = ({ how, entry }: Change, index: number) =>
      how === 'join' ? entriesOf(entry.user, results[index * 2] as string[]) : []
    return new Map(changes.map((change, index) => [change, entries(change, index)]))
  }

  /** Connection ids of each user, in the order asked. Entries of dead nodes may be among them. */
  async connections(users: readonly number[]): Promise<string[][]> {
    if (users.length === 0) return []
    const lists = await this.redis.mget(users.map((user) => this.#key('w', user)))
    return lists.map((list) => (list ? list.split(' ') : []))
  }

  /** Which of these have a connection, on a node whose lease stands: a dead one's do not count. */
  async online(users: readonly number[]): Promise<Set<number>> {
    return this.#alive(users, await this.connections(users))
  }

  async #alive(users: readonly number[], found: readonly string[][]): Promise<Set<number>> {
    const nodes = [...new Set(found.flat().map(nodeOf))]
    if (nodes.length === 0) return new Set()
    const leases = await this.redis.mget(nodes.map((node) => this.#key('l', node)))
    const alive = new Set(nodes.filter((_, index) => leases[index] !== null))
    return new Set(users.filter((_, index) => found[index]?.some((id) => alive.has(nodeOf(id)))))
  }

  /** The same of each; of who is away when their last connection left, as long as Redis remembers. */
  async presence(
    users: readonly number[],
  ): Promise<Map<number, { isOnline: boolean; lastSeenAt: Date | null }>> {
    if (users.length === 0) return new Map()
    const online = await this.online(users)
    // After that: who leaves between the two questions has been seen.
    const gone = users.filter((user) => !online.has(user))
    const seen =
      gone.length > 0 ? await this.redis.mget(gone.map((user) => this.#key('s', user))) : []
    const seenAt = new Map(gone.map((user, index) => [user, seen[index]]))
    return new Map(
      users.map((user) => {
        const at = seenAt.get(user)
        const lastSeenAt = at ? new Date(Number(at) * 1000) : null
        return [user, { isOnline: online.has(user), lastSeenAt }]
      }),
    )
  }

  /** Renews the lease. False when it had gone: Redis lost it, and with it all entries. */
  async renew(node: string): Promise<boolean> {
    const [renewed] = await answersOf(
      this.redis.pipeline().set(this.#key('l', node), '1', 'PX', limits.lease.lifeMs, 'XX').exec(),
    )
    return renewed === 'OK'
  }

  /** Whether no other node may have sockets. */
  async isAlone(node: string): Promise<boolean> {
    const nodes = await this.redis.smembers(this.#nodes)
    return nodes.length === 1 && nodes[0] === node
  }

  /** Takes the lease of a node that starts, or whose lease was lost. */
  async register(node: string): Promise<void> {
    await answersOf(
      this.redis
        .pipeline()
        .set(this.#key('l', node), '1', 'PX', limits.lease.lifeMs)
        .sadd(this.#nodes, node)
        .exec(),
    )
  }

  /** The lease goes last: nobody is away before it is known since when. */
  async unregister(node: string): Promise<void> {
    await this.#clear(node, 0)
    await this.redis.del(this.#key('l', node))
  }

  /** Removes what nodes without a lease left behind. Answers how many nodes were cleared. */
  async sweep(): Promise<number> {
    let cleared = 0
    for (const node of await this.redis.smembers(this.#nodes)) {
      if ((await this.redis.exists(this.#key('l', node))) === 1) continue
      await this.#clear(node, deadSeconds)
      cleared++
    }
    return cleared
  }

  async #clear(node: string, ago: number): Promise<void> {
    const users = this.#key('n', node)
    let cursor = '0'
    do {
      const [next, batch] = await this.redis.sscan(users, cursor, 'COUNT', 500)
      cursor = next
      const found = await this.connections(batch.map(Number))
      const pipeline = this.#pipeline()
      batch.forEach((user, index) => {
        const stale = (found[index] ?? []).filter((id) => nodeOf(id) === node)
        if (stale.length === 0) return
        const keys = [...this.#userKeys(Number(user)), this.#key('s', user)] as const
        pipeline.registryLeave(...keys, seenSeconds, ago, ...stale)
      })
      await answersOf(pipeline.exec())
    } while (cursor !== '0')
    await this.redis.del(users)
    await this.redis.srem(this.#nodes, node)
  }
}

/** A hash as Redis gives it: id, `session|device`, and so on. */
function entriesOf(user: number, flat: readonly string[]): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < flat.length; at += 2) {
    const value = flat[at + 1] ?? ''
    const bar = value.indexOf('|')
    const session = Number(value.slice(0, bar))
    entries.push({ connectionId: flat[at] ?? '', user, session, device: value.slice(bar + 1) })
  }
  return entries
}

/** The results of a pipeline, or its first error. */
async function answersOf(running: Promise<[Error | null, unknown][] | null>): Promise<unknown[]> {
  const results = (await running) ?? []
  return results.map(([error, value]) => {
    if (error) throw error
    return value
  })
}
