// For `bench presence`: many who come and go on another node than the one that is measured, and those who
// watch some of them there.
import { Redis } from 'ioredis'
import { Registry, type Entry } from '../../src/infra/registry.ts'
import type { Product } from '../product/processes.ts'

const leaseRenewMs = 5_000
const node = 'bench'
/** As many as one socket may watch. */
export const watchedEach = 200

/** People on a node of its own, whose entries are all there is of it: as other nodes see one. */
export class Flock {
  readonly #redis: Redis
  readonly #registry: Registry
  readonly #timer: Timer

  private constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#registry = new Registry(redis, prefix)
    this.#timer = setInterval(() => void this.#registry.renew(node), leaseRenewMs)
  }

  static async gather(redisUrl: string, { redisPrefix }: Product): Promise<Flock> {
    const flock = new Flock(new Redis(redisUrl), redisPrefix)
    await flock.#registry.register(node)
    return flock
  }

  come(people: readonly number[]): Promise<void> {
    return this.#registry.joinAll(node, people.map(entryOf))
  }

  async go(people: readonly number[]): Promise<void> {
    await Promise.all(people.map((user) => this.#registry.leave(node, entryOf(user), true)))
  }

  async end() {
    clearInterval(this.#timer)
    await this.#registry.unregister(node)
    this.#redis.disconnect()
  }
}

const entryOf = (user: number): Entry => ({
  connectionId: `${node}.${user}`,
  user,
  session: user,
  device: 'd',
})

/** A socket at the product that watches, and what it is told. */
export class Watcher {
  /** By name, in the order in which it came: when, and whether they are there. */
  readonly told: { readonly at: number; readonly name: string; readonly online: boolean }[] = []
  readonly #answers: ((data: Record<string, { online: boolean }>) => void)[] = []

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data: text }) => {
      const { type, data } = JSON.parse(String(text))
      if (type === 'presence') {
        this.told.push({ at: performance.now(), name: data.user_id, online: data.online })
      } else if (type === 'ack') this.#answers.shift()?.(data)
    })
  }

  static async open(port: number, token: string): Promise<Watcher> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/messages/ws`, ['bearer', token])
    const opened = Promise.withResolvers<void>()
    socket.addEventListener('message', () => opened.resolve(), { once: true })
    socket.addEventListener('close', ({ code }) => opened.reject(new Error(`closed with ${code}`)))
    const watcher = new Watcher(socket)
    await opened.promise
    return watcher
  }

  /** How many of them are there now. */
  async watches(names: readonly string[]): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<Record<string, { online: boolean }>>()
    this.#answers.push(resolve)
    this.socket.send(JSON.stringify({ type: 'watch_presence', id: 1, data: { user_ids: names } }))
    return Object.values(await promise).filter(({ online }) => online).length
  }

  ping(): void {
    this.socket.send(JSON.stringify({ type: 'ping', data: {} }))
  }

  close(): void {
    this.socket.close()
  }
}
