// Xiaomi's push (dev.mi.com, "server API"): the app's secret is shown with each request.
import type { PushConfig } from '../config.push.ts'
import { wordOf, type Line } from './push.ask.ts'
import { cutTo, dataOf, form, numberOf, type Codes, type Dialect } from './push.phone.ts'
import { isClearing } from './push.ts'

type XiaomiConfig = NonNullable<PushConfig['xiaomi']>

const codes: Codes = {
  '0': 'sent',
  // No valid targets: there is but one.
  '20301': 'gone',
  '21301': 'unauthorized',
  '21305': 'unauthorized',
  '22000': 'unauthorized',
  // The address we ask from is on none of their lists.
  '10004': 'unauthorized',
  '10005': 'unauthorized',
  '10014': 'unauthorized',
  '10008': 'refused',
  '10012': 'refused',
  '10013': 'refused',
  '10016': 'refused',
  '10017': 'refused',
  '10020': 'refused',
  '10021': 'refused',
  '10018': 'tooLarge',
  '65015': 'tooLarge',
  '10022': ['limited', 60],
  '10023': ['limited', 60],
  '10024': ['limited', 60],
  // The day's quota of the app, and of the phone.
  '200001': ['limited', 3_600],
  '200002': ['limited', 3_600],
  '10001': 'unavailable',
  '10002': 'unavailable',
  '10003': 'unavailable',
  '10009': 'unavailable',
  '10010': 'unavailable',
  '10011': 'unavailable',
}

/** Titles of less than 50 characters, descriptions of less than 128. */
const titleMax = 49
const descriptionMax = 127

/** Milliseconds, two weeks at most. */
const lifeMsMax = 14 * 86_400_000

export function xiaomi(config: XiaomiConfig, _line: Line): Dialect {
  return {
    access: null,
    bytesMax: 16_384,
    codes,
    statuses: {},
    codeOf: ({ json: answer }) => wordOf(answer, 'code'),
    request(to, notice, { ttlSeconds }) {
      const common = {
        registration_id: to.token,
        restricted_package_name: config.packageName,
        payload: JSON.stringify(dataOf(notice)),
        time_to_live: String(Math.min(lifeMsMax, ttlSeconds * 1000)),
      }
      const fields: Record<string, string> = isClearing(notice)
        ? { ...common, pass_through: '1' }
        : {
            ...common,
            title: cutTo(notice.title, titleMax),
            description: cutTo(notice.body, descriptionMax),
            pass_through: '0',
            // All that the phone is set to, or nothing.
            notify_type: notice.is_quiet ? '0' : '-1',
            notify_id: String(numberOf(notice)),
            // The app's first page.
            'extra.notify_effect': '1',
            ...(config.channelId === '' ? {} : { 'extra.channel_id': config.channelId }),
          }
      return {
        url: `${config.url}/v3/message/regid`,
        headers: { ...form, authorization: `key=${config.appSecret}` },
        body: new URLSearchParams(fields).toString(),
      }
    },
  }
}
