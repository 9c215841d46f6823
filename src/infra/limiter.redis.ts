// Redis adapter of the limiter: one Lua script, so that parallel takes cannot pass together.
import type { Bucket, Limiter } from './limiter.ts'
import { cached, type Redis } from './redis.ts'
import script from './limiter.lua' with { type: 'text' }

interface Scripted {
  takeToken(key: string, burst: number, refillMs: number): Promise<number>
}

export class RedisLimiter implements Limiter {
  readonly #redis: Redis & Scripted

  constructor(
    redis: Redis,
    private readonly prefix: string,
  ) {
    redis.defineCommand('takeToken', { numberOfKeys: 1, lua: script })
    this.#redis = redis as Redis & Scripted
  }

  async take(key: string, { burst, refillSeconds }: Bucket): Promise<number> {
    const name = `${this.prefix}:limit:{${key}}`
    const waitMs = await cached(this.#redis.takeToken(name, burst, refillSeconds * 1000))
    return Math.ceil(waitMs / 1000)
  }
}
