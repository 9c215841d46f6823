// Token buckets: what a rate limit is counted by. Each feature has its own in limits.ts;
// docs/reference/limits.md is their union.

export interface Bucket {
  /** Tokens a full bucket holds: what may be done at once. */
  readonly burst: number
  /** Tokens that come back in a minute. */
  readonly perMinute: number
}

export interface ClassRow {
  readonly meaning: string
  /** Of one network place, for operations that are open to strangers. */
  readonly caller: Bucket
  /** Of one account, for operations that need a token. */
  readonly account: Bucket
  /**
   * While Redis is away nobody can be counted. `refuse`: nobody passes, 5002; each request is
   * counted in Redis. `pass`: everybody passes; processes take tokens in advance, so that counting
   * costs no round trip.
   */
  readonly away: 'refuse' | 'pass'
}

export const bucket = (burst: number, perMinute: number): Bucket => ({ burst, perMinute })

export interface NameRow {
  readonly meaning: string
  /** Of one name from one network place. */
  readonly here: Bucket
  /** Of one name from everywhere together. Places its owner is known at go on when it is empty. */
  readonly everywhere: Bucket
}

/**
 * Behind an address that is not public stand many: a balancer nobody declared, an office, the
 * programs of this machine. Its buckets are this many times as large and as fast.
 */
export const manyFold = 10

export function widened({ burst, perMinute }: Bucket): Bucket {
  return bucket(burst * manyFold, perMinute * manyFold)
}
