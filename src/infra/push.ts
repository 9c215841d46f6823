// Port: delivers one notification to one registration.

export interface Registration {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

/**
 * What kept a notification from being taken. None of it says that the browser is gone: a name that
 * nobody knows, a line that is down, our key or clock, one payload, a service that is too busy.
 */
export type PushTrouble =
  /** The name has no address now, or nobody said so in time. */
  | 'unresolved'
  /** The name leads to an inner address; see PUSH_PRIVATE_HOSTS. */
  | 'inner'
  | 'unreachable'
  | 'timeout'
  /** 3xx: followed nowhere. */
  | 'redirected'
  /** 401, 403: our VAPID key, or our clock. */
  | 'unauthorized'
  /** 413. */
  | 'tooLarge'
  /** 429. */
  | 'limited'
  /** 400 and whatever else means that the request was wrong. */
  | 'refused'
  /** 5xx. */
  | 'unavailable'

/** `gone`: 404, 410, the only answers that end one. `unusable`: its keys are none. */
export type PushOutcome = 'sent' | 'gone' | 'unusable' | PushTrouble

export interface PushAnswer {
  readonly outcome: PushOutcome
  /** What the push service said, if it said anything. */
  readonly status: number | null
  /** How long it wants to be left alone, or 0. */
  readonly waitSeconds: number
}

export interface PushOptions {
  /** Seconds the push service keeps it for a device that is away (RFC 8030 TTL). */
  readonly ttlSeconds: number
  /** A newer one with the same topic replaces an undelivered one (RFC 8030 section 5.4). */
  readonly topic: string
}

export interface Pusher {
  readonly publicKey: string
  send(to: Registration, payload: string, options: PushOptions): Promise<PushAnswer>
}

/** Outcomes that another attempt may change. */
export function isTrouble(outcome: PushOutcome): outcome is PushTrouble {
  return outcome !== 'sent' && outcome !== 'gone' && outcome !== 'unusable'
}
