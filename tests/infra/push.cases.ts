// What the documents of the providers say may be answered, and what is to become of it here.
import type { PhoneKind, PushOutcome } from '../../src/infra/push.ts'
import type { Reply } from '../support/push-providers.ts'

export interface Case {
  readonly reply: Reply
  readonly outcome: PushOutcome
  readonly said: string
  readonly wait?: number
}

const fcm = (status: number, errorCode: string, outcome: PushOutcome, wait?: number): Case => ({
  reply: {
    status,
    body: {
      error: {
        code: status,
        message: 'words',
        status: 'OTHER',
        details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
      },
    },
  },
  outcome,
  said: errorCode,
  ...(wait === undefined ? {} : { wait }),
})

/** As Google's services say it, without more. */
const google = (status: number, name: string, outcome: PushOutcome, wait?: number): Case => ({
  reply: { status, body: { error: { code: status, status: name } } },
  outcome,
  said: name,
  ...(wait === undefined ? {} : { wait }),
})

const apns = (status: number, reason: string, outcome: PushOutcome, wait?: number): Case => ({
  reply: { status, body: { reason } },
  outcome,
  said: reason,
  ...(wait === undefined ? {} : { wait }),
})

const coded =
  (field: string, isText: boolean) =>
  (code: number, outcome: PushOutcome, wait?: number, status = 200): Case => ({
    reply: { status, body: { [field]: isText ? String(code) : code, msg: 'words' } },
    outcome,
    said: String(code),
    ...(wait === undefined ? {} : { wait }),
  })

const huawei = coded('code', true)
const honor = coded('code', false)
const xiaomi = coded('code', false)
const oppo = coded('code', false)
const vivo = coded('result', false)

const all = <C>(make: (code: number) => C, ...codes: number[]) => codes.map(make)

const tokenViolation = {
  '@type': 'type.googleapis.com/google.rpc.BadRequest',
  fieldViolations: [{ field: 'message.token', description: 'Invalid registration token' }],
}

export const cases: Readonly<Record<PhoneKind, readonly Case[]>> = {
  fcm: [
    fcm(404, 'UNREGISTERED', 'gone'),
    {
      reply: {
        status: 400,
        body: {
          error: {
            status: 'INVALID_ARGUMENT',
            details: [{ errorCode: 'INVALID_ARGUMENT' }, tokenViolation],
          },
        },
      },
      outcome: 'gone',
      said: 'INVALID_TOKEN',
    },
    fcm(400, 'INVALID_ARGUMENT', 'refused'),
    fcm(403, 'SENDER_ID_MISMATCH', 'unusable'),
    fcm(401, 'THIRD_PARTY_AUTH_ERROR', 'refused'),
    fcm(429, 'QUOTA_EXCEEDED', 'limited', 60),
    fcm(503, 'UNAVAILABLE', 'unavailable'),
    fcm(500, 'INTERNAL', 'unavailable'),
    fcm(500, 'UNSPECIFIED_ERROR', 'unavailable'),
    google(403, 'PERMISSION_DENIED', 'unauthorized'),
    google(429, 'RESOURCE_EXHAUSTED', 'limited', 60),
    google(404, 'NOT_FOUND', 'refused'),
  ],
  apns: [
    apns(400, 'BadDeviceToken', 'gone'),
    apns(410, 'Unregistered', 'gone'),
    apns(410, 'ExpiredToken', 'gone'),
    apns(400, 'DeviceTokenNotForTopic', 'unusable'),
    apns(403, 'BadEnvironmentKeyIdInToken', 'unusable'),
    apns(403, 'BadEnvironmentKeyInToken', 'unusable'),
    apns(403, 'InvalidProviderToken', 'unauthorized'),
    apns(403, 'MissingProviderToken', 'unauthorized'),
    apns(403, 'UnrelatedKeyIdInToken', 'unauthorized'),
    apns(403, 'BadCertificate', 'unauthorized'),
    apns(403, 'BadCertificateEnvironment', 'unauthorized'),
    apns(403, 'Forbidden', 'unauthorized'),
    ...[
      'BadCollapseId',
      'BadExpirationDate',
      'BadMessageId',
      'BadPriority',
      'BadTopic',
      'DuplicateHeaders',
      'InvalidPushType',
      'MissingDeviceToken',
      'MissingTopic',
      'PayloadEmpty',
      'TopicDisallowed',
    ].map((reason) => apns(400, reason, 'refused')),
    apns(404, 'BadPath', 'refused'),
    apns(405, 'MethodNotAllowed', 'refused'),
    apns(413, 'PayloadTooLarge', 'tooLarge'),
    apns(429, 'TooManyRequests', 'limited', 60),
    apns(429, 'TooManyProviderTokenUpdates', 'limited', 1_200),
    apns(400, 'IdleTimeout', 'unavailable'),
    apns(500, 'InternalServerError', 'unavailable'),
    apns(503, 'ServiceUnavailable', 'unavailable'),
    apns(503, 'Shutdown', 'unavailable'),
  ],
  huawei: [
    huawei(80100000, 'gone'),
    huawei(80300007, 'gone', undefined, 400),
    ...all(
      (code) => huawei(code, 'refused', undefined, 400),
      80100001,
      80100003,
      80100004,
      80100013,
      80100016,
      80100018,
      80300002,
      80300010,
      80300011,
      80300013,
    ),
    huawei(80100017, 'limited', 60),
    huawei(80300008, 'tooLarge', undefined, 400),
    huawei(80600003, 'unauthorized', undefined, 401),
    huawei(81000001, 'unavailable', undefined, 500),
    huawei(89999999, 'refused', undefined, 400),
  ],
  honor: [
    honor(80100000, 'gone'),
    honor(80300007, 'gone', undefined, 400),
    {
      reply: { body: { code: 200, data: { sendResult: false, expireTokens: ['a'] } } },
      outcome: 'gone',
      said: 'expireTokens',
    },
    {
      reply: { body: { code: 200, data: { sendResult: false, failTokens: ['a'] } } },
      outcome: 'refused',
      said: 'failTokens',
    },
    ...all(
      (code) => honor(code, 'refused', undefined, 400),
      80100003,
      80100004,
      80100016,
      80300002,
      80300010,
      80300011,
    ),
    honor(80300008, 'tooLarge'),
    honor(80600003, 'unauthorized'),
    honor(81000001, 'unavailable', undefined, 500),
  ],
  xiaomi: [
    xiaomi(20301, 'gone'),
    ...all((code) => xiaomi(code, 'unauthorized'), 21301, 21305, 22000, 10004, 10005, 10014),
    ...all(
      (code) => xiaomi(code, 'refused'),
      10008,
      10012,
      10013,
      10016,
      10017,
      10020,
      10021,
      99999,
    ),
    ...all((code) => xiaomi(code, 'tooLarge'), 10018, 65015),
    ...all((code) => xiaomi(code, 'limited', 60), 10022, 10023, 10024),
    ...all((code) => xiaomi(code, 'limited', 3_600), 200001, 200002),
    ...all((code) => xiaomi(code, 'unavailable'), 10001, 10002, 10003, 10009, 10010, 10011),
  ],
  oppo: [
    oppo(10000, 'gone'),
    ...all((code) => oppo(code, 'unauthorized'), 14, 15, 16, 17, 18, 19, 26, 27, 28, 30),
    ...all((code) => oppo(code, 'refused'), 12, 20, 21, 22, 23, 24, 25, 31, 32, 40, 41, 77),
    ...all((code) => oppo(code, 'limited', 60), -2, 13),
    oppo(33, 'limited', 3_600),
    oppo(-1, 'unavailable'),
  ],
  vivo: [
    vivo(10302, 'gone'),
    ...all((code) => vivo(code, 'unauthorized'), 10089, 10094),
    ...all(
      (code) => vivo(code, 'refused'),
      10050,
      10055,
      10058,
      10101,
      10103,
      10104,
      10303,
      10304,
      19999,
    ),
    ...all((code) => vivo(code, 'tooLarge'), 10056, 10059, 10066, 10067),
    ...all((code) => vivo(code, 'limited', 60), 10040, 10072),
    ...all((code) => vivo(code, 'limited', 3_600), 10070, 10071, 10073),
    vivo(10102, 'unavailable'),
  ],
}
