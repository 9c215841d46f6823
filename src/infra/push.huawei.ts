// Huawei Push Kit (developer.huawei.com, HMS Core, "https-send-api"): access by id and secret.
import type { PushConfig } from '../config.push.ts'
import { limits } from './limits.ts'
import { AccessTokens } from './push.access.ts'
import { wordOf, type Line } from './push.ask.ts'
import { byClientSecret } from './push.grants.ts'
import { dataOf, json, numberOf, part, type Codes, type Dialect } from './push.phone.ts'
import { isClearing } from './push.ts'

type HuaweiConfig = NonNullable<PushConfig['huawei']>

const codes: Codes = {
  '80000000': 'sent',
  // Some of the tokens are wrong, and we send one at a time.
  '80100000': 'gone',
  '80300007': 'gone',
  '80100001': 'refused',
  '80100003': 'refused',
  '80100004': 'refused',
  '80100013': 'refused',
  '80100016': 'refused',
  '80100018': 'refused',
  '80100017': ['limited', 60],
  '80200001': 'stale',
  '80200003': 'stale',
  '80200005': 'stale',
  // They say so of a token of another app, too.
  '80300002': 'refused',
  '80300008': 'tooLarge',
  '80300010': 'refused',
  '80300011': 'refused',
  '80300013': 'refused',
  '80600003': 'unauthorized',
  '81000001': 'unavailable',
}

export function huawei(config: HuaweiConfig, line: Line): Dialect {
  return {
    access: new AccessTokens(line, byClientSecret(config.authUrl, config.appId, config.appSecret)),
    bytesMax: limits.phones.payloadBytesMax,
    codes,
    // How they say that we are too fast.
    statuses: { '503': ['limited', 60] },
    codeOf: ({ json: answer }) => wordOf(answer, 'code'),
    request(to, notice, { ttlSeconds }, token) {
      const ttl = `${ttlSeconds}s`
      const common = { data: JSON.stringify(dataOf(notice)), token: [to.token] }
      // Without a notification the app is woken, and nothing shown.
      const message = isClearing(notice)
        ? { ...common, android: { urgency: 'NORMAL', ttl } }
        : {
            ...common,
            android: {
              urgency: 'HIGH',
              ttl,
              category: config.category,
              notification: {
                title: notice.title,
                body: notice.body,
                // The app's first page.
                click_action: { type: 3 },
                notify_id: numberOf(notice),
                ...(notice.is_quiet ? { importance: 'LOW' } : {}),
              },
            },
          }
      return {
        url: `${config.url}/v1/${part(config.appId)}/messages:send`,
        headers: { ...json, authorization: `Bearer ${token}` },
        body: JSON.stringify({ validate_only: false, message }),
      }
    },
  }
}
