// Every rate limit: who is counted for what, how many at once, how many a minute after that.
// Bounds that are no rates stand in limits.ts; docs/reference/limits.md is made from this file.

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

const bucket = (burst: number, perMinute: number): Bucket => ({ burst, perMinute })

/** By the `limit` of an operation or a frame; the doors count before the use case runs. */
export const classes = {
  code: {
    meaning: 'Asking for a mailed code',
    caller: bucket(60, 12),
    account: bucket(5, 1),
    away: 'refuse',
  },
  check: {
    meaning:
      'Trying a mailed code, or one’s own password: to check, register, sign in, reset, leave',
    caller: bucket(200, 60),
    account: bucket(10, 1),
    away: 'refuse',
  },
  login: {
    meaning: 'Signing in or up with a password',
    caller: bucket(200, 60),
    account: bucket(10, 1),
    away: 'refuse',
  },
  refresh: {
    meaning: 'Refreshing tokens: nothing can be guessed, and it must work without Redis',
    caller: bucket(600, 600),
    account: bucket(60, 60),
    away: 'pass',
  },
  ticket: {
    meaning: 'Tickets for sockets',
    caller: bucket(60, 60),
    account: bucket(120, 120),
    away: 'refuse',
  },
  request: {
    meaning: 'Asking people to be friends, inviting them',
    caller: bucket(60, 6),
    account: bucket(500, 10),
    away: 'refuse',
  },
  search: {
    meaning: 'Searching for people, groups, messages',
    caller: bucket(60, 60),
    account: bucket(600, 300),
    away: 'refuse',
  },
  post: {
    meaning: 'Moments, comments, likes',
    caller: bucket(60, 60),
    account: bucket(1_000, 600),
    away: 'pass',
  },
  send: {
    meaning: 'Messages, over REST and sockets together',
    caller: bucket(60, 60),
    account: bucket(2_000, 6_000),
    away: 'pass',
  },
} as const satisfies Record<string, ClassRow>

export interface NameRow {
  readonly meaning: string
  /** Of one name from one network place. */
  readonly here: Bucket
  /** Of one name from everywhere together. Places its owner is known at go on when it is empty. */
  readonly everywhere: Bucket
}

/** By the address or name somebody claims, whether or not there is such an account. */
export const names = {
  code: {
    meaning: 'Codes mailed to one address',
    here: bucket(5, 1),
    everywhere: bucket(20, 0.2),
  },
  password: {
    meaning: 'Wrong passwords for one name; right ones are not counted',
    here: bucket(20, 1),
    everywhere: bucket(60, 1),
  },
} as const satisfies Record<string, NameRow>

/** Sockets opened from one network place, counted by each node for itself. */
export const upgrades: Bucket = bucket(1_000, 3_000)

/**
 * Behind an address that is not public stand many: a balancer nobody declared, an office, the
 * programs of this machine. Its buckets are this many times as large and as fast.
 */
export const manyFold = 10

export function widened({ burst, perMinute }: Bucket): Bucket {
  return bucket(burst * manyFold, perMinute * manyFold)
}
