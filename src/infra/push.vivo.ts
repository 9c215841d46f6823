// vivo's push (dev.vivo.com.cn, "server API"): access by a key and a signed time.
import { createHash } from 'node:crypto'
import type { PushConfig } from '../config.push.ts'
import { newUuid } from '../core/ids.ts'
import { AccessTokens, type Grant } from './push.access.ts'
import { wordOf, type Line } from './push.ask.ts'
import { dataOf, json, shownOf, type Codes, type Dialect } from './push.phone.ts'

type VivoConfig = NonNullable<PushConfig['vivo']>

const codes: Codes = {
  '0': 'sent',
  '10302': 'gone',
  '10000': 'stale',
  '10094': 'unauthorized',
  // Not yet allowed to send to everybody.
  '10089': 'unauthorized',
  '10050': 'refused',
  '10055': 'refused',
  '10058': 'refused',
  '10101': 'refused',
  '10103': 'refused',
  '10104': 'refused',
  '10303': 'refused',
  '10304': 'refused',
  '10056': 'tooLarge',
  '10059': 'tooLarge',
  '10066': 'tooLarge',
  '10067': 'tooLarge',
  '10040': ['limited', 60],
  '10072': ['limited', 60],
  // The day's quota, and the hours of the day.
  '10070': ['limited', 3_600],
  '10071': ['limited', 3_600],
  '10073': ['limited', 3_600],
  '10102': 'unavailable',
}

/** As they count: what is no ASCII counts twice. */
const titleUnits = 40
const contentUnits = 100

/** Seconds: 60 at least, a week at most. */
const lifeSecondsMax = 7 * 86_400

export function vivo(config: VivoConfig, line: Line): Dialect {
  return {
    access: new AccessTokens(line, grantOf(config, line)),
    bytesMax: 16_384,
    codes,
    statuses: {},
    codeOf: ({ json: answer }) => wordOf(answer, 'result'),
    request(to, notice, { ttlSeconds }, token) {
      const { title, body, is_quiet } = shownOf(notice)
      const message = {
        appId: Number(config.appId),
        regId: to.token,
        // With sound and vibration, or with neither.
        notifyType: is_quiet ? 1 : 4,
        title: cutToUnits(title, titleUnits),
        content: cutToUnits(body, contentUnits),
        timeToLive: Math.min(lifeSecondsMax, Math.max(60, ttlSeconds)),
        // The app's first page.
        skipType: 1,
        clientCustomMap: dataOf(notice),
        // What people write, not what somebody sells.
        classification: 1,
        category: config.category,
        requestId: newUuid(),
      }
      return {
        url: `${config.url}/message/send`,
        headers: { ...json, authtoken: token },
        body: JSON.stringify(message),
      }
    },
  }
}

function cutToUnits(text: string, unitsMax: number): string {
  const unitsOf = (character: string) => (character.charCodeAt(0) < 128 ? 1 : 2)
  const all = [...text]
  const total = all.reduce((sum, each) => sum + unitsOf(each), 0)
  if (total <= unitsMax) return text
  let left = unitsMax - 2
  const end = all.findIndex((each) => (left -= unitsOf(each)) < 0)
  return `${all.slice(0, end).join('')}…`
}

/** A token of theirs lives for a day, and they ask to have it renewed after an hour or two. */
const renewSeconds = 2 * 3_600

function grantOf({ url, appId, appKey, appSecret }: VivoConfig, { clock }: Line): Grant {
  return {
    request() {
      const timestamp = clock.now().getTime()
      const text = `${appId}${appKey}${timestamp}${appSecret}`
      // As they ask for it; it guards nothing that TLS does not.
      const sign = createHash('md5').update(text).digest('hex')
      const asked = { appId: Number(appId), appKey, timestamp, sign }
      return { url: `${url}/message/auth`, headers: json, body: JSON.stringify(asked) }
    },
    granted({ json: answer }) {
      const token = wordOf(answer, 'result') === '0' ? wordOf(answer, 'authToken') : null
      return token === null ? null : { token, lifeSeconds: renewSeconds }
    },
    said: ({ json: answer }) => wordOf(answer, 'result'),
  }
}
