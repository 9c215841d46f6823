// HONOR Push (developer.honor.com, docs 11002, "downlink-message"): access by id and secret.
import type { PushConfig } from '../config.push.ts'
import { limits } from './limits.ts'
import { AccessTokens } from './push.access.ts'
import { fieldOf, wordOf, type Heard, type Line } from './push.ask.ts'
import { byClientSecret } from './push.grants.ts'
import { dataOf, json, numberOf, part, type Codes, type Dialect } from './push.phone.ts'
import { isClearing } from './push.ts'

type HonorConfig = NonNullable<PushConfig['honor']>

const codes: Codes = {
  '200': 'sent',
  /** 200, with our one token among those that have ended. */
  expireTokens: 'gone',
  failTokens: 'refused',
  '80100000': 'gone',
  '80300007': 'gone',
  '80100003': 'refused',
  '80100004': 'refused',
  '80100016': 'refused',
  '80200001': 'stale',
  '80200003': 'stale',
  '80300002': 'refused',
  '80300008': 'tooLarge',
  '80300010': 'refused',
  '80300011': 'refused',
  '80600003': 'unauthorized',
  '81000001': 'unavailable',
}

export function honor(config: HonorConfig, line: Line): Dialect {
  const { authUrl, clientId, clientSecret } = config
  return {
    access: new AccessTokens(line, byClientSecret(authUrl, clientId, clientSecret)),
    bytesMax: limits.phones.payloadBytesMax,
    codes,
    statuses: { '429': ['limited', 60], '503': ['limited', 60] },
    codeOf,
    request(to, notice, { ttlSeconds }, token) {
      const ttl = `${ttlSeconds}s`
      const common = { data: JSON.stringify(dataOf(notice)), token: [to.token] }
      const message = isClearing(notice)
        ? { ...common, android: { ttl } }
        : {
            ...common,
            android: {
              ttl,
              notification: {
                title: notice.title,
                body: notice.body,
                clickAction: { type: 3 },
                // What people write, not what somebody sells.
                importance: notice.is_quiet ? 'LOW' : 'NORMAL',
                notifyId: numberOf(notice),
              },
            },
          }
      return {
        url: `${config.url}/api/v1/${part(config.appId)}/sendMessage`,
        headers: {
          ...json,
          authorization: `Bearer ${token}`,
          timestamp: String(line.clock.now().getTime()),
        },
        body: JSON.stringify(message),
      }
    },
  }
}

function codeOf({ json: answer }: Heard): string | null {
  const code = wordOf(answer, 'code')
  if (code !== '200') return code
  const isAmong = (name: string) => {
    const found = fieldOf(answer, 'data', name)
    return Array.isArray(found) && found.length > 0
  }
  return ['expireTokens', 'failTokens'].find(isAmong) ?? code
}
