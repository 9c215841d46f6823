// Redis adapter of the relay: one pub/sub channel per node, `node:{id}`, and one per channel that nodes
// host, `conv:{id}`.
//
// An envelope is lines: a JSON array of its time and routes, then one frame per line. Frames are
// JSON texts and hold no raw line break, so they travel as they are and are not escaped again. A broadcast
// is the same with one head per frame.
import { systemClock, withDeadline } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import type {
  Broadcast,
  ChannelFrame,
  Command,
  Envelope,
  Listener,
  Origin,
  Relay,
  Route,
} from './relay.ts'
import type { Redis } from './redis.ts'

const joinMs = 3_000

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

/** [kind, seq, about, by, origin] */
type WireFrame = [ChannelFrame['kind'], number, number, number, Origin]

export function packBroadcast({ at, conversation, frames }: Broadcast): string {
  const heads: WireFrame[] = frames.map(({ kind, seq, about, by, origin }) => {
    return [kind, seq, about, by, origin]
  })
  const lines = frames.map(({ frame }) => frame).join('\n')
  return `${JSON.stringify([at, conversation, heads])}\n${lines}`
}

export function unpackBroadcast(text: string): Broadcast {
  const [head = '[0,0,[]]', ...lines] = text.split('\n')
  const [at, conversation, heads] = JSON.parse(head) as [number, number, WireFrame[]]
  const frames = heads.map(([kind, seq, about, by, origin], index) => {
    return { kind, seq, about, by, origin, frame: lines[index] ?? '' }
  })
  return { at, conversation, frames }
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

  #shared(conversation: number): string {
    return `${this.prefix}:conv:${conversation}`
  }

  async broadcast(broadcast: Broadcast): Promise<void> {
    await this.publisher.publish(this.#shared(broadcast.conversation), packBroadcast(broadcast))
  }

  async join(conversation: number): Promise<void> {
    const redis = this.subscriber
    if (!redis || !this.connected) throw new Error('the subscriber is not connected')
    // A subscriber's commands wait for a silent line until it is made anew; a hello does not.
    await withDeadline(systemClock, joinMs, redis.subscribe(this.#shared(conversation)), () => {
      return new Error('the channel was not joined in time')
    })
  }

  async leave(conversation: number): Promise<void> {
    await this.subscriber?.unsubscribe(this.#shared(conversation))
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
    const onMessage = (from: string, text: string) => {
      try {
        if (from !== channel) listener.onBroadcast(unpackBroadcast(text))
        else if (text.startsWith('{')) listener.onCommand(JSON.parse(text) as Command)
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
