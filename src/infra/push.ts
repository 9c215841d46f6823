// Port: delivers one notification to one registration.

export interface Registration {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

/** `gone`: the registration is dead for ever; `later`: try again. */
export type PushOutcome = 'sent' | 'gone' | 'later' | 'refused'

export interface PushOptions {
  /** Seconds the push service keeps it for a device that is away (RFC 8030 TTL). */
  readonly ttlSeconds: number
  /** A newer one with the same topic replaces an undelivered one (RFC 8030 section 5.4). */
  readonly topic: string
}

export interface Pusher {
  readonly publicKey: string
  send(to: Registration, payload: string, options: PushOptions): Promise<PushOutcome>
}
