// Redis adapter of the limiter: one Lua script, so that parallel takes cannot pass together.
import type { Bucket } from '../core/token-bucket.ts'
import type { Clock } from '../core/clock.ts'
import type { Limiter } from './limiter.ts'
import { TokenPrefetch } from './token-prefetch.ts'
import { cached, type Redis } from './redis.ts'
import script from './limiter.lua' with { type: 'text' }

interface Scripted {
  takeTokens(
    key: string,
    burst: number,
    refillMs: number,
    wanted: number,
  ): Promise<[taken: number, waitMs: number]>
}

export class RedisLimiter implements Limiter {
  readonly #redis: Redis & Scripted
  readonly #prefetch: TokenPrefetch

  constructor(
    redis: Redis,
    private readonly prefix: string,
    clock: Clock,
  ) {
    redis.defineCommand('takeTokens', { numberOfKeys: 1, lua: script })
    this.#redis = redis as Redis & Scripted
    this.#prefetch = new TokenPrefetch(clock, (key, bucket, wanted) =>
      this.#ask(key, bucket, wanted),
    )
  }

  async take(key: string, bucket: Bucket): Promise<number> {
    const [taken, waitMs] = await cached(this.#ask(key, bucket, 1))
    return taken > 0 ? 0 : Math.ceil(waitMs / 1000)
  }

  async putBack(key: string, bucket: Bucket): Promise<void> {
    await this.#ask(key, bucket, -1).catch(() => {})
  }

  draw(key: string, bucket: Bucket): number | Promise<number> {
    return this.#prefetch.draw(key, bucket)
  }

  #ask(key: string, { burst, perMinute }: Bucket, wanted: number) {
    const name = `${this.prefix}:limit:{${key}}`
    return this.#redis.takeTokens(name, burst, 60_000 / perMinute, wanted)
  }
}
