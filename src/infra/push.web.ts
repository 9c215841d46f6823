// Web Push adapter (RFC 8030): payload encryption (RFC 8291) and VAPID (RFC 8292) by `web-push`,
// the request by us, so that it has our deadline and cannot be pointed at our own network.
import webpush from 'web-push'
import type { Clock } from '../core/clock.ts'
import { isPoint } from '../core/curve.ts'
import { limits } from './limits.ts'
import type { Log } from '../core/log.ts'
import { plainTarget, targetOf, type NoTarget, type Target } from './outward.ts'
import type { PushAnswer, PushOptions, PushOutcome, Pusher, Registration } from './push.ts'
import type { Resolve } from './resolver.ts'

export interface VapidKeys {
  readonly publicKey: string
  readonly privateKey: string
  /** A mailto: or https: address of the operator. */
  readonly subject: string
}

interface Surroundings {
  readonly allowPrivate: boolean
  readonly resolve: Resolve
  readonly clock: Clock
  readonly log: Log
}

export class WebPusher implements Pusher {
  constructor(
    private readonly keys: VapidKeys,
    private readonly around: Surroundings,
  ) {}

  get publicKey(): string {
    return this.keys.publicKey
  }

  async send(to: Registration, payload: string, options: PushOptions): Promise<PushAnswer> {
    // Registered before such keys were refused: nothing can be encrypted for them.
    if (!isPoint(Buffer.from(to.p256dh, 'base64url'))) return silent('unusable')
    const request = webpush.generateRequestDetails(
      { endpoint: to.endpoint, keys: { p256dh: to.p256dh, auth: to.auth } },
      payload,
      {
        vapidDetails: this.keys,
        TTL: options.ttlSeconds,
        topic: options.topic,
        urgency: 'high',
        contentEncoding: 'aes128gcm',
      },
    )
    const target = await this.#target(new URL(to.endpoint))
    if (typeof target === 'string') return silent(target)
    const late = new AbortController()
    const timer = this.around.clock.after(limits.webPush.timeoutMs, () => late.abort())
    try {
      const response = await fetch(target.href, {
        method: 'POST',
        headers: { ...stringValues(request.headers), host: target.host },
        body: new Uint8Array(request.body as Buffer),
        redirect: 'manual',
        signal: late.signal,
        ...(target.serverName ? { tls: { serverName: target.serverName } } : {}),
      } as RequestInit)
      await response.body?.cancel()
      const { status } = response
      const waitSeconds = secondsIn(response.headers.get('retry-after'), this.around.clock.now())
      return { outcome: outcomeOf(status), status, waitSeconds }
    } catch (err) {
      this.around.log.debug({ err }, 'a push service did not answer')
      return silent(late.signal.aborted ? 'timeout' : 'unreachable')
    } finally {
      timer.stop()
    }
  }

  async #target(endpoint: URL): Promise<Target | NoTarget> {
    const { allowPrivate, resolve } = this.around
    return allowPrivate ? plainTarget(endpoint) : targetOf(endpoint, resolve)
  }
}

const silent = (outcome: PushOutcome): PushAnswer => ({ outcome, status: null, waitSeconds: 0 })

function stringValues(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** Retry-After in either of its forms (RFC 9110 section 10.2.3); 0 for none and for nonsense. */
function secondsIn(header: string | null, now: Date): number {
  if (header === null) return 0
  if (/^\d{1,10}$/.test(header)) return Number(header)
  const until = Date.parse(header)
  return Number.isNaN(until) ? 0 : Math.max(0, Math.ceil((until - now.getTime()) / 1000))
}

function outcomeOf(status: number): PushOutcome {
  if (status >= 200 && status < 300) return 'sent'
  if (status >= 300 && status < 400) return 'redirected'
  if (status === 404 || status === 410) return 'gone'
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 413) return 'tooLarge'
  if (status === 429) return 'limited'
  return status >= 500 ? 'unavailable' : 'refused'
}
