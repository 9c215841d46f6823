// Apple's push service (developer.apple.com/documentation/usernotifications): HTTP/2, by a key of
// ours that signs a provider token.
import { createPrivateKey } from 'node:crypto'
import { unixSeconds } from '../core/clock.ts'
import type { PushConfig } from '../config.push.ts'
import { limits } from './limits.ts'
import type { Access } from './push.access.ts'
import { wordOf, type Line } from './push.ask.ts'
import { signed, type Signer } from './push.jwt.ts'
import { json, part, type Codes, type Dialect } from './push.phone.ts'
import { isClearing, type Notice } from './push.ts'

type ApnsConfig = NonNullable<PushConfig['apns']>

const codes: Codes = {
  BadDeviceToken: 'gone',
  Unregistered: 'gone',
  ExpiredToken: 'gone',
  // Of another app, or another of its environments: what our key does not reach, it does not end.
  DeviceTokenNotForTopic: 'unusable',
  BadEnvironmentKeyInToken: 'unusable',
  BadEnvironmentKeyIdInToken: 'unusable',
  ExpiredProviderToken: 'stale',
  InvalidProviderToken: 'unauthorized',
  MissingProviderToken: 'unauthorized',
  UnrelatedKeyIdInToken: 'unauthorized',
  BadCertificate: 'unauthorized',
  BadCertificateEnvironment: 'unauthorized',
  Forbidden: 'unauthorized',
  // Of one of several apps.
  BadTopic: 'refused',
  MissingTopic: 'refused',
  TopicDisallowed: 'refused',
  BadCollapseId: 'refused',
  BadExpirationDate: 'refused',
  BadMessageId: 'refused',
  BadPriority: 'refused',
  DuplicateHeaders: 'refused',
  IdleTimeout: 'unavailable',
  InvalidPushType: 'refused',
  MissingDeviceToken: 'refused',
  PayloadEmpty: 'refused',
  BadPath: 'refused',
  MethodNotAllowed: 'refused',
  PayloadTooLarge: 'tooLarge',
  TooManyRequests: ['limited', 60],
  TooManyProviderTokenUpdates: ['limited', limits.phones.apns.tokenLifeMsMin / 1000],
  InternalServerError: 'unavailable',
  ServiceUnavailable: 'unavailable',
  Shutdown: 'unavailable',
}

export function apns(config: ApnsConfig, line: Line): Dialect {
  return {
    access: new ProviderToken(config, line),
    bytesMax: limits.phones.payloadBytesMax,
    codes,
    statuses: { '200': 'sent' },
    codeOf: ({ json: answer }) => wordOf(answer, 'reason'),
    request(to, notice, { ttlSeconds, topic }, token) {
      const isSilent = isClearing(notice) || notice.is_quiet
      const url = to.is_sandbox ? config.sandboxUrl : config.url
      return {
        url: `${url}/3/device/${part(to.token)}`,
        headers: {
          ...json,
          authorization: `bearer ${token}`,
          'apns-topic': to.app_id ?? (config.topics[0] as string),
          'apns-push-type': 'alert',
          'apns-priority': isSilent ? '5' : '10',
          'apns-expiration': String(unixSeconds(line.clock) + ttlSeconds),
          'apns-collapse-id': topic,
        },
        body: JSON.stringify(payloadOf(notice)),
        isHttp2: true,
      }
    },
  }
}

/** A badge alone is an alert to Apple as well; the app is woken to take away what it shows. */
function payloadOf(notice: Notice): object {
  const { conversation_id, badge } = notice
  if (isClearing(notice)) {
    return { aps: { badge, 'content-available': 1 }, conversation_id, clear: true }
  }
  const { title, body, from_user_id, unread } = notice
  const aps = {
    alert: { title, body },
    badge,
    'thread-id': String(conversation_id),
    ...(notice.is_quiet ? { 'interruption-level': 'passive' } : { sound: 'default' }),
  }
  return { aps, conversation_id, from_user_id, unread }
}

/** Made here, and used by all requests: Apple refuses both old ones and too many new ones. */
class ProviderToken implements Access {
  readonly #signer: Signer
  #made: { token: string; at: number } | null = null

  constructor(
    private readonly config: ApnsConfig,
    private readonly line: Line,
  ) {
    this.#signer = { alg: 'ES256', key: createPrivateKey(config.key), kid: config.keyId }
  }

  get(): Promise<string> {
    const { tokenLifeMs } = limits.phones.apns
    if (this.#made === null || this.#age(this.#made) >= tokenLifeMs) {
      const claims = { iss: this.config.teamId, iat: unixSeconds(this.line.clock) }
      this.#made = { token: signed(this.#signer, claims), at: this.line.clock.elapsed() }
    }
    return Promise.resolve(this.#made.token)
  }

  /** A fresh one is not made anew: it is our clock that is wrong. */
  drop(token: string): void {
    if (this.#made?.token !== token) return
    if (this.#age(this.#made) >= limits.phones.apns.tokenLifeMsMin) this.#made = null
  }

  #age({ at }: { at: number }): number {
    return this.line.clock.elapsed() - at
  }
}
