// Port: token buckets shared by all nodes.

export interface Bucket {
  /** Tokens a full bucket holds. */
  readonly burst: number
  /** Seconds until one spent token is back. */
  readonly refillSeconds: number
}

export interface Limiter {
  /** Takes one token; answers 0, or the seconds to wait. Rejects while Redis is away. */
  take(key: string, bucket: Bucket): Promise<number>
}

/** What callers may do, per address of the network or of the person. */
export const buckets = {
  codePerEmail: { burst: 5, refillSeconds: 60 },
  codePerCaller: { burst: 60, refillSeconds: 10 },
  loginPerName: { burst: 20, refillSeconds: 15 },
  loginPerCaller: { burst: 200, refillSeconds: 1 },
  requestPerUser: { burst: 50, refillSeconds: 30 },
  sendPerUser: { burst: 500, refillSeconds: 0.02 },
} as const satisfies Record<string, Bucket>

/** Lets everything through: RATE_LIMITS=off. */
export const unlimited: Limiter = { take: async () => 0 }
