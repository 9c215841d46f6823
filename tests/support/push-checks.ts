// What each provider looks at before it takes a message: who asks, by which signature, and every field.
import { createHash, type KeyObject } from 'node:crypto'
import { jwtVerify } from 'jose'
import type { PhoneKind } from '../../src/infra/push.ts'

interface Keys {
  readonly public: KeyObject
  readonly private: string
}

export type Secrets = Readonly<Record<'fcm' | 'apns', Keys>>

export interface Asking {
  readonly path: string
  readonly headers: Headers
  readonly body: string
  readonly secrets: Secrets
}

interface GrantCheck {
  readonly path: string
  /** What is wrong with asking for access. */
  wrong(asking: Asking): Promise<string[]> | string[]
  given(token: string): unknown
}

type Fields = Record<string, unknown>

interface Read {
  readonly token: string
  readonly message: Fields
  readonly shown: readonly [title: unknown, body: unknown]
  readonly wrong: string[]
}

interface Check {
  /** The access token that is shown. */
  access(asking: Asking): string | undefined
  read(asking: Asking): Promise<Read> | Read
}

/** What does not hold. */
const unless = (rules: Readonly<Record<string, boolean>>) =>
  Object.entries(rules).flatMap(([what, holds]) => (holds ? [] : [`not ${what}`]))

const bearer = ({ headers }: Asking) =>
  /^bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1]
const isJson = ({ headers }: Asking) =>
  (headers.get('content-type') ?? '').startsWith('application/json')
const isForm = ({ headers }: Asking) =>
  (headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded')
const formOf = ({ body }: Asking) => Object.fromEntries(new URLSearchParams(body))
const isNow = (unixMs: unknown) => Math.abs(Number(unixMs) - Date.now()) < 600_000

async function claimsOf(token: string, { public: publicKey }: Keys, alg: string, kid: string) {
  const wrong: string[] = []
  const currentDate = new Date(Date.now() + 1_000)
  const found = await jwtVerify(token, publicKey, { algorithms: [alg], currentDate }).catch(() => {
    wrong.push('not signed by our key')
    return null
  })
  if (found && found.protectedHeader.kid !== kid) wrong.push('not by the name of our key')
  return { claims: found?.payload ?? {}, wrong }
}

const byClientSecret = (id: string, secret: string): GrantCheck => ({
  path: '/token',
  wrong(asking) {
    const { grant_type, client_id, client_secret } = formOf(asking)
    return unless({
      'a form': isForm(asking),
      client_credentials: grant_type === 'client_credentials',
      'our id': client_id === id,
      'our secret': client_secret === secret,
    })
  },
  given: (access_token) => ({ access_token, expires_in: 3600, token_type: 'Bearer' }),
})

export const grants: Readonly<Partial<Record<PhoneKind, GrantCheck>>> = {
  fcm: {
    path: '/token',
    async wrong(asking) {
      const { grant_type, assertion = '' } = formOf(asking)
      const { claims, wrong } = await claimsOf(assertion, asking.secrets.fcm, 'RS256', 'fcm-key')
      return [
        ...wrong,
        ...unless({
          'a form': isForm(asking),
          'a JWT grant': grant_type === 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          'of our account': claims.iss === 'push@curlew.example',
          'for this address': String(claims.aud).endsWith('/fcm/token'),
          'for messages': claims['scope'] === 'https://www.googleapis.com/auth/firebase.messaging',
          'of an hour': Number(claims.exp) - Number(claims.iat) === 3600,
        }),
      ]
    },
    given: (access_token) => ({ access_token, expires_in: 3599, token_type: 'Bearer' }),
  },
  huawei: byClientSecret('104', 'secret of huawei'),
  honor: byClientSecret('honor-client', 'secret of honor'),
  oppo: {
    path: '/server/v1/auth',
    wrong(asking) {
      const { app_key, sign, timestamp } = formOf(asking)
      const text = `oppo-key${timestamp}secret of oppo`
      return unless({
        'a form': isForm(asking),
        'our key': app_key === 'oppo-key',
        'of now': isNow(timestamp),
        signed: sign === createHash('sha256').update(text).digest('hex'),
      })
    },
    given: (auth_token) => ({ code: 0, data: { auth_token, create_time: Date.now() } }),
  },
  vivo: {
    path: '/message/auth',
    wrong(asking) {
      const { appId, appKey, timestamp, sign } = JSON.parse(asking.body)
      const text = `10004vivo-key${timestamp}secret of vivo`
      return unless({
        'in JSON': isJson(asking),
        'our app': appId === 10_004 && appKey === 'vivo-key',
        'of now': isNow(timestamp),
        signed: sign === createHash('md5').update(text).digest('hex'),
      })
    },
    given: (authToken) => ({ result: 0, desc: '请求成功', authToken }),
  },
}

const units = (text: string) => [...text].reduce((sum, each) => sum + (each < '\x80' ? 1 : 2), 0)

export const checks: Readonly<Record<PhoneKind, Check>> = {
  fcm: {
    access: bearer,
    read(asking) {
      const { message } = JSON.parse(asking.body)
      const { token, notification, data, android } = message
      const size = Buffer.byteLength(JSON.stringify({ notification, data }))
      return {
        token,
        message,
        shown: [notification?.title, notification?.body],
        wrong: unless({
          'in JSON': isJson(asking),
          'our project': asking.path === '/v1/projects/curlew/messages:send',
          'small enough': size <= 4_096,
          'data of texts': Object.values(data).every((each) => typeof each === 'string'),
          'a life in seconds': /^\d+s$/.test(android.ttl),
        }),
      }
    },
  },
  apns: {
    access: bearer,
    async read(asking) {
      const { headers, path, body } = asking
      const message = JSON.parse(body)
      const { apns } = asking.secrets
      const signed = await claimsOf(bearer(asking) ?? '', apns, 'ES256', 'ABCDE12345')
      const header = (name: string) => headers.get(name) ?? ''
      const { alert } = message.aps
      return {
        token: path.split('/').at(-1) as string,
        message,
        shown: [alert?.title, alert?.body],
        wrong: [
          ...signed.wrong,
          ...unless({
            'by bearer': header('authorization').startsWith('bearer '),
            'our team': signed.claims.iss === 'TEAM123456',
            'a token of this hour': Math.abs(Number(signed.claims.iat) * 1000 - Date.now()) < 3.6e6,
            'a device': /^\/(sandbox\/)?3\/device\/[\da-f]{64,200}$/i.test(path),
            'an app of ours': /^com\.example\.(chat|other)$/.test(header('apns-topic')),
            'an alert': header('apns-push-type') === 'alert',
            'a priority': /^(10|5)$/.test(header('apns-priority')),
            'an end': Number(header('apns-expiration')) * 1000 > Date.now(),
            'a collapse id': /^.{1,64}$/.test(header('apns-collapse-id')),
            'small enough': Buffer.byteLength(body) <= 4_096,
          }),
        ],
      }
    },
  },
  huawei: {
    access: bearer,
    read(asking) {
      const { message } = JSON.parse(asking.body)
      const { notification } = message.android
      return {
        token: message.token[0],
        message,
        shown: [notification?.title, notification?.body],
        wrong: unless({
          'in JSON': isJson(asking),
          'our app': asking.path === '/v1/104/messages:send',
          'one token': message.token.length === 1,
          'small enough': Buffer.byteLength(JSON.stringify({ ...message, token: [] })) <= 4_096,
          'a category': message.android.category === 'IM',
          'something to open': [1, 2, 3].includes(notification.click_action.type),
          'a number': Number.isInteger(notification.notify_id),
        }),
      }
    },
  },
  honor: {
    access: bearer,
    read(asking) {
      const message = JSON.parse(asking.body)
      const { notification } = message.android
      return {
        token: message.token[0],
        message,
        shown: [notification?.title, notification?.body],
        wrong: unless({
          'in JSON': isJson(asking),
          'our app': asking.path === '/api/v1/900/sendMessage',
          'of now': isNow(asking.headers.get('timestamp')),
          'one token': message.token.length === 1,
          'small enough': Buffer.byteLength(JSON.stringify({ ...message, token: [] })) <= 4_096,
          'what people write': notification.importance === 'NORMAL',
        }),
      }
    },
  },
  xiaomi: {
    access: () => undefined,
    read(asking) {
      const message = formOf(asking)
      const { registration_id: token = '', title = '', description = '' } = message
      return {
        token,
        message,
        shown: [title, description],
        wrong: unless({
          'a form': isForm(asking),
          'the address': asking.path === '/v3/message/regid',
          'our secret': asking.headers.get('authorization') === 'key=secret-of-xiaomi',
          'our package': message['restricted_package_name'] === 'com.example.chat',
          'our channel': message['extra.channel_id'] === 'channel-1',
          'a short title': title.trim() !== '' && [...title].length < 50,
          'a short text': description.trim() !== '' && [...description].length < 128,
          'a small payload': Buffer.byteLength(message['payload'] ?? '') < 4_096,
          'two weeks at most': Number(message['time_to_live']) <= 14 * 86_400_000,
        }),
      }
    },
  },
  oppo: {
    access: ({ headers }) => headers.get('auth_token') ?? undefined,
    read(asking) {
      const message = JSON.parse(formOf(asking)['message'] ?? '{}')
      const { notification } = message
      const { title, content, off_line_ttl: life, action_parameters: data } = notification
      return {
        token: message.target_value,
        message,
        shown: [title, content],
        wrong: unless({
          'a form': isForm(asking),
          'the address': asking.path === '/server/v1/message/notification/unicast',
          'to one phone': message.target_type === 2,
          'a short title': title !== '' && [...title].length <= 50,
          'a short text': content !== '' && [...content].length <= 200,
          'small data': data.length <= 4_096 && typeof JSON.parse(data) === 'object',
          'our channel': notification.channel_id === 'channel-2',
          'ten days at most': life > 0 && life <= 864_000,
        }),
      }
    },
  },
  vivo: {
    access: ({ headers }) => headers.get('authtoken') ?? undefined,
    read(asking) {
      const message = JSON.parse(asking.body)
      const { regId, title, content, requestId, clientCustomMap: data } = message
      return {
        token: regId,
        message,
        shown: [title, content],
        wrong: unless({
          'in JSON': isJson(asking),
          'the address': asking.path === '/message/send',
          'our app': message.appId === 10_004,
          'a short title': title !== '' && units(title) <= 40,
          'a short text': content !== '' && units(content) <= 100,
          'an id of its own': requestId.length > 0 && requestId.length <= 64,
          'few data': Object.keys(data).length <= 10 && JSON.stringify(data).length <= 1_024,
          'what people write': message.classification === 1 && message.category === 'IM',
          'a life': message.timeToLive >= 60 && message.timeToLive <= 604_800,
        }),
      }
    },
  },
}
