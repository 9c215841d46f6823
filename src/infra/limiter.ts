// Port: token buckets shared by all nodes.
import type { Bucket } from '../core/token-bucket.ts'

export interface Limiter {
  /** Takes one token; answers 0, or the seconds to wait. Rejects while Redis is away. */
  take(key: string, bucket: Bucket): Promise<number>
  /** Puts one back: what it was taken for was harmless. While Redis is away it stays taken. */
  putBack(key: string, bucket: Bucket): Promise<void>
  /**
   * As `take`, out of tokens this process took in advance: answered at once but for the first in
   * a while. Lets everything through while Redis is away.
   */
  draw(key: string, bucket: Bucket): number | Promise<number>
}

/** Lets everything through: RATE_LIMITS=off. */
export const unlimited: Limiter = {
  take: async () => 0,
  putBack: async () => {},
  draw: () => 0,
}
