// FCM HTTP v1 (firebase.google.com/docs/cloud-messaging): access by a service account (RFC 7523).
import { createPrivateKey } from 'node:crypto'
import { unixSeconds } from '../core/clock.ts'
import type { PushConfig } from '../config.push.ts'
import { limits } from './limits.ts'
import { AccessTokens, type Grant } from './push.access.ts'
import { fieldOf, wordOf, type Heard, type Line } from './push.ask.ts'
import { signed, type Signer } from './push.jwt.ts'
import { dataOf, form, json, part, type Codes, type Dialect } from './push.phone.ts'
import { isClearing } from './push.ts'

type FcmConfig = NonNullable<PushConfig['fcm']>

const codes: Codes = {
  UNREGISTERED: 'gone',
  /** INVALID_ARGUMENT, said of the token. */
  INVALID_TOKEN: 'gone',
  // Of another project: theirs to tell us, nothing that our key could mend.
  SENDER_ID_MISMATCH: 'unusable',
  INVALID_ARGUMENT: 'refused',
  // The key that FCM has for Apple; other phones are not concerned.
  THIRD_PARTY_AUTH_ERROR: 'refused',
  UNAUTHENTICATED: 'stale',
  PERMISSION_DENIED: 'unauthorized',
  QUOTA_EXCEEDED: ['limited', 60],
  RESOURCE_EXHAUSTED: ['limited', 60],
  UNAVAILABLE: 'unavailable',
  INTERNAL: 'unavailable',
  UNSPECIFIED_ERROR: 'unavailable',
}

export function fcm(config: FcmConfig, line: Line): Dialect {
  return {
    access: new AccessTokens(line, grantOf(config, line)),
    bytesMax: limits.phones.payloadBytesMax,
    codes,
    statuses: { '200': 'sent' },
    codeOf,
    request(to, notice, { ttlSeconds, topic }, token) {
      const android = { ttl: `${ttlSeconds}s`, collapse_key: topic }
      const { badge } = notice
      const common = { token: to.token, data: dataOf(notice) }
      const message = isClearing(notice)
        ? {
            ...common,
            android: { ...android, priority: 'NORMAL' },
            apns: {
              headers: { 'apns-priority': '5' },
              payload: { aps: { badge, 'content-available': 1 } },
            },
          }
        : {
            ...common,
            notification: { title: notice.title, body: notice.body },
            android: {
              ...android,
              priority: notice.is_quiet ? 'NORMAL' : 'HIGH',
              notification: { tag: topic, notification_count: badge },
            },
            apns: {
              headers: { 'apns-collapse-id': topic },
              payload: { aps: { badge, ...(notice.is_quiet ? {} : { sound: 'default' }) } },
            },
          }
      return {
        url: `${config.url}/v1/projects/${part(config.projectId)}/messages:send`,
        headers: { ...json, authorization: `Bearer ${token}` },
        body: JSON.stringify({ message }),
      }
    },
  }
}

/** What FCM adds to the status that all Google's services have. */
function codeOf({ json: answer, status }: Heard): string | null {
  if (status < 400) return null
  const found = fieldOf(answer, 'error', 'details')
  const details: unknown[] = Array.isArray(found) ? found : []
  const own = details.map((each) => wordOf(each, 'errorCode')).find((each) => each !== null)
  const code = own ?? wordOf(answer, 'error', 'status')
  return code === 'INVALID_ARGUMENT' && isOfToken(details) ? 'INVALID_TOKEN' : code
}

function isOfToken(details: readonly unknown[]): boolean {
  return details.some((each) => {
    const violations = fieldOf(each, 'fieldViolations')
    if (!Array.isArray(violations)) return false
    return violations.some((violation) => wordOf(violation, 'field') === 'message.token')
  })
}

const scope = 'https://www.googleapis.com/auth/firebase.messaging'
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

function grantOf(config: FcmConfig, { clock }: Line): Grant {
  const { clientEmail, privateKey, privateKeyId, tokenUrl } = config
  const signer: Signer = { alg: 'RS256', key: createPrivateKey(privateKey), kid: privateKeyId }
  return {
    request() {
      const iat = unixSeconds(clock)
      const claims = { iss: clientEmail, scope, aud: tokenUrl, iat, exp: iat + 3600 }
      const asked = { grant_type: grantType, assertion: signed(signer, claims) }
      return { url: tokenUrl, headers: form, body: new URLSearchParams(asked).toString() }
    },
    granted({ json: answer }) {
      const token = wordOf(answer, 'access_token')
      return token === null
        ? null
        : { token, lifeSeconds: Number(fieldOf(answer, 'expires_in')) || 0 }
    },
    said: ({ json: answer }) => wordOf(answer, 'error'),
  }
}
