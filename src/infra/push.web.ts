// Web Push adapter (RFC 8030): payload encryption (RFC 8291) and VAPID (RFC 8292) by `web-push`,
// the request by us, so that it has our deadline and cannot be pointed at our own network.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import webpush from 'web-push'
import { limits } from '../core/limits.ts'
import type { Log } from '../core/log.ts'
import { isPublicAddress } from './addresses.ts'
import type { PushOptions, PushOutcome, Pusher, Registration } from './push.ts'

export interface VapidKeys {
  readonly publicKey: string
  readonly privateKey: string
  /** A mailto: or https: address of the operator. */
  readonly subject: string
}

export class WebPusher implements Pusher {
  constructor(
    private readonly keys: VapidKeys,
    private readonly allowPrivate: boolean,
    private readonly log: Log,
  ) {}

  get publicKey(): string {
    return this.keys.publicKey
  }

  async send(to: Registration, payload: string, options: PushOptions): Promise<PushOutcome> {
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
    const url = await this.#target(to.endpoint)
    if (!url) return 'refused'
    try {
      const response = await fetch(url.href, {
        method: 'POST',
        headers: { ...stringValues(request.headers), host: url.host },
        body: new Uint8Array(request.body as Buffer),
        redirect: 'manual',
        signal: AbortSignal.timeout(limits.push.timeoutMs),
        ...(url.serverName ? { tls: { serverName: url.serverName } } : {}),
      } as RequestInit)
      await response.body?.cancel()
      return outcomeOf(response.status)
    } catch (err) {
      this.log.debug({ err }, 'a push service did not answer')
      return 'later'
    }
  }

  /**
   * The address to connect to, resolved here and pinned, so that a name which answers a public
   * address now and a private one a moment later gains nothing. Null when it is not public.
   */
  async #target(endpoint: string): Promise<Target | null> {
    const url = new URL(endpoint)
    if (this.allowPrivate) return { href: url.href, host: url.host, serverName: '' }
    if (url.protocol !== 'https:') return null
    const name = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(name)) return isPublicAddress(name) ? plain(url) : null
    const found = await lookup(name, { all: true }).catch(() => [])
    const first = found[0]
    if (!first || !found.every((each) => isPublicAddress(each.address))) return null
    const pinned = new URL(endpoint)
    pinned.hostname = first.family === 6 ? `[${first.address}]` : first.address
    return { href: pinned.href, host: url.host, serverName: url.hostname }
  }
}

interface Target {
  readonly href: string
  readonly host: string
  readonly serverName: string
}

const plain = (url: URL): Target => ({ href: url.href, host: url.host, serverName: '' })

function stringValues(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

function outcomeOf(status: number): PushOutcome {
  if (status >= 200 && status < 300) return 'sent'
  if (status === 404 || status === 410) return 'gone'
  if (status === 429 || status >= 500) return 'later'
  return 'refused'
}
