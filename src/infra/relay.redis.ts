// Redis adapter of the relay: one pub/sub channel per node.
//
// An envelope is lines: a JSON array of its time and routes, then one frame per line. Frames are
// JSON texts and hold no raw line break, so they travel as they are and are not escaped again.
import type { Log } from '../core/log.ts'
import type { Command, Envelope, Listener, Origin, Relay, Route } from './relay.ts'
import type { Redis } from './redis.ts'

/** [conversation, seq, follows, origin, ...users] */
type WireRoute = [number, number, 0 | 1, Origin, ...number[]]

export function packEnvelope({ at, routes, frames }: Envelope): string {
  const head: WireRoute[] = routes.map((route) => [
    route.conversation,
    route.seq,
    route.follows ? 1 : 0,
    route.origin,
    ...route.users,
  ])
  return `${JSON.stringify([at, head])}\n${frames.join('\n')}`
}

export function unpackEnvelope(text: string): Envelope {
  const [head = '[0,[]]', ...frames] = text.split('\n')
  const [at, wire] = JSON.parse(head) as [number, WireRoute[]]
  const routes = wire.map(([conversation, seq, follows, origin, ...users]): Route => ({
    conversation,
    seq,
    follows: follows === 1,
    origin,
    users,
  }))
  return { at, routes, frames }
}

export class RedisRelay implements Relay {
  constructor(
    private readonly publisher: Redis,
    private readonly subscriber: Redis | null,
    private readonly prefix: string,
    private readonly log: Log,
  ) {}

  get connected(): boolean {
    return this.subscriber?.status === 'ready'
  }

  #channel(node: string): string {
    return `${this.prefix}:node:${node}`
  }

  publish(node: string, envelope: Envelope): Promise<number> {
    return this.publisher.publish(this.#channel(node), packEnvelope(envelope))
  }

  command(node: string, command: Command): Promise<number> {
    return this.publisher.publish(this.#channel(node), JSON.stringify(command))
  }

  async listen(node: string, listener: Listener): Promise<() => Promise<void>> {
    const redis = this.subscriber
    if (!redis) throw new Error('this process has no subscriber connection')
    const channel = this.#channel(node)
    const onMessage = (_: string, text: string) => {
      try {
        if (text.startsWith('{')) listener.onCommand(JSON.parse(text) as Command)
        else listener.onEnvelope(unpackEnvelope(text))
      } catch (err) {
        this.log.error({ err }, 'a relayed message could not be handled')
      }
    }
    // ioredis subscribes again by itself on `ready`; asking again makes sure before we say so.
    const onReady = () => {
      redis.subscribe(channel).then(
        () => listener.onRestored(),
        (err: unknown) => this.log.warn({ err }, 'could not subscribe again'),
      )
    }
    redis.on('message', onMessage)
    redis.on('ready', onReady)
    if (redis.status === 'ready') await redis.subscribe(channel)
    return async () => {
      redis.off('message', onMessage)
      redis.off('ready', onReady)
      await redis.unsubscribe(channel).catch(() => {})
    }
  }
}
