// Web Push adapter (RFC 8030): payload encryption (RFC 8291) and VAPID (RFC 8292) by `web-push`,
// the request by us, so that it has our deadline and cannot be pointed at our own network.
import webpush from 'web-push'
import type { Clock } from '../core/clock.ts'
import { isPoint } from '../core/curve.ts'
import { limits } from './limits.ts'
import type { Log } from '../core/log.ts'
import { plainTarget, targetOf, type NoTarget, type Target } from './outward.ts'
import { secondsIn } from './push.ask.ts'
import {
  isClearing,
  unanswered,
  type Browser,
  type Notice,
  type PushAnswer,
  type PushOptions,
  type PushOutcome,
  type Pusher,
} from './push.ts'
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

export class WebPusher implements Pusher<Browser> {
  constructor(
    private readonly keys: VapidKeys,
    private readonly around: Surroundings,
  ) {}

  async send(to: Browser, notice: Notice, options: PushOptions): Promise<PushAnswer> {
    // Registered before such keys were refused: nothing can be encrypted for them.
    if (!isPoint(Buffer.from(to.p256dh, 'base64url'))) return unanswered('unusable')
    const request = webpush.generateRequestDetails(
      { endpoint: to.endpoint, keys: { p256dh: to.p256dh, auth: to.auth } },
      JSON.stringify(notice),
      {
        vapidDetails: this.keys,
        TTL: options.ttlSeconds,
        topic: options.topic,
        urgency: isClearing(notice) || notice.is_quiet ? 'low' : 'high',
        contentEncoding: 'aes128gcm',
      },
    )
    const target = await this.#target(new URL(to.endpoint))
    if (typeof target === 'string') return unanswered(target)
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
      return { outcome: outcomeOf(status), status, said: null, waitSeconds, held: false }
    } catch (err) {
      this.around.log.debug({ err }, 'a push service did not answer')
      return unanswered(late.signal.aborted ? 'timeout' : 'unreachable')
    } finally {
      timer.stop()
    }
  }

  async #target(endpoint: URL): Promise<Target | NoTarget> {
    const { allowPrivate, resolve } = this.around
    return allowPrivate ? plainTarget(endpoint) : targetOf(endpoint, resolve)
  }
}

function stringValues(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
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
