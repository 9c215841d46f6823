// OPPO's push (open.oppomobile.com, "server API"): access by a key and a signed time.
import { createHash } from 'node:crypto'
import type { PushConfig } from '../config.push.ts'
import { AccessTokens, type Grant } from './push.access.ts'
import { wordOf, type Line } from './push.ask.ts'
import { cutTo, dataOf, form, numberOf, shownOf, type Codes, type Dialect } from './push.phone.ts'

type OppoConfig = NonNullable<PushConfig['oppo']>

const codes: Codes = {
  '0': 'sent',
  '10000': 'gone',
  '11': 'stale',
  '29': 'stale',
  '14': 'unauthorized',
  '15': 'unauthorized',
  '16': 'unauthorized',
  '17': 'unauthorized',
  '18': 'unauthorized',
  '19': 'unauthorized',
  '26': 'unauthorized',
  '27': 'unauthorized',
  '28': 'unauthorized',
  '30': 'unauthorized',
  '12': 'refused',
  '20': 'refused',
  '21': 'refused',
  '22': 'refused',
  '23': 'refused',
  '24': 'refused',
  '25': 'refused',
  '31': 'refused',
  '32': 'refused',
  '40': 'refused',
  '41': 'refused',
  '-2': ['limited', 60],
  '13': ['limited', 60],
  // The day's quota.
  '33': ['limited', 3_600],
  '-1': 'unavailable',
}

const titleMax = 50
const contentMax = 200

/** Seconds, ten days at most. */
const lifeSecondsMax = 10 * 86_400

export function oppo(config: OppoConfig, line: Line): Dialect {
  return {
    access: new AccessTokens(line, grantOf(config, line)),
    bytesMax: 16_384,
    codes,
    statuses: {},
    codeOf: ({ json: answer }) => wordOf(answer, 'code'),
    request(to, notice, { ttlSeconds }, token) {
      const { title, body } = shownOf(notice)
      const message = {
        target_type: 2,
        target_value: to.token,
        notification: {
          title: cutTo(title, titleMax),
          content: cutTo(body, contentMax),
          click_action_type: 0,
          action_parameters: JSON.stringify(dataOf(notice)),
          off_line: true,
          off_line_ttl: Math.min(lifeSecondsMax, ttlSeconds),
          notify_id: numberOf(notice),
          ...(config.channelId === '' ? {} : { channel_id: config.channelId }),
        },
      }
      return {
        url: `${config.url}/server/v1/message/notification/unicast`,
        headers: { ...form, auth_token: token },
        body: new URLSearchParams({ message: JSON.stringify(message) }).toString(),
      }
    },
  }
}

/** A token of theirs lives for a day. */
const daySeconds = 86_400

function grantOf({ url, appKey, masterSecret }: OppoConfig, { clock }: Line): Grant {
  return {
    request() {
      const timestamp = String(clock.now().getTime())
      const sign = createHash('sha256')
        .update(appKey + timestamp + masterSecret)
        .digest('hex')
      const asked = new URLSearchParams({ app_key: appKey, sign, timestamp })
      return { url: `${url}/server/v1/auth`, headers: form, body: asked.toString() }
    },
    granted({ json: answer }) {
      const token = wordOf(answer, 'code') === '0' ? wordOf(answer, 'data', 'auth_token') : null
      return token === null ? null : { token, lifeSeconds: daySeconds }
    },
    said: ({ json: answer }) => wordOf(answer, 'code'),
  }
}
