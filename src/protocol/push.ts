// Push: where a person's browsers and phones want their notifications.
import { Type, type Static } from '@sinclair/typebox'
import type { Operation } from './operation.ts'
import { Cursor, CursorPage, Done, Id, Strict, Time, UserId } from './scalars.ts'

const TimeOfDay = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  maxLength: 5,
  examples: ['22:00'],
})

/** What an account wants of push; a device may want something else. */
export const PushSettings = Type.Object(
  {
    preview: Type.Unsafe<'text' | 'none'>(
      Type.Union(
        ['text', 'none'].map((each) => Type.Literal(each)),
        {
          description:
            '`text` shows what was said, `none` only that something was. What is shown passes through ' +
            'the servers of whoever brings it to a phone.',
          examples: ['none'],
        },
      ),
    ),
    quiet_hours: Type.Union(
      [
        Type.Object(
          {
            from: TimeOfDay,
            to: Type.String({ ...TimeOfDay, examples: ['07:30'] }),
            time_zone: Type.String({
              minLength: 1,
              maxLength: 64,
              description: 'A name of the IANA time zone database.',
              examples: ['Asia/Shanghai'],
            }),
          },
          { title: 'QuietHours' },
        ),
        Type.Null(),
      ],
      {
        description:
          'Nothing rings meanwhile; what is still unread at their end does then. Past midnight where ' +
          '`to` is before `from`.',
      },
    ),
  },
  { title: 'PushSettings' },
)
export type PushSettings = Static<typeof PushSettings>

const deviceSettings = Type.Union([PushSettings, Type.Null()], {
  description: 'Of this device, in place of its account’s; `null`: as its account.',
})

/** As `PushSubscription.toJSON()` in a browser gives it (W3C Push API). */
const Subscription = Type.Object(
  {
    endpoint: Type.String({ minLength: 10, maxLength: 2_048, pattern: '^https?://' }),
    keys: Type.Object({
      p256dh: Type.String({ minLength: 80, maxLength: 100 }),
      auth: Type.String({ minLength: 16, maxLength: 40 }),
    }),
    settings: Type.Optional(PushSettings),
  },
  {
    title: 'PushSubscription',
    description: 'As `PushSubscription.toJSON()` in a browser gives it (W3C Push API).',
    examples: [
      {
        endpoint: 'https://push.example.net/send/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV',
        keys: {
          p256dh:
            'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
          auth: 'BTBZMqHH6r4Tts7J_aSIgg',
        },
      },
    ],
  },
)

/** Who brings notifications to a phone. */
const Kind = Type.Unsafe<'fcm' | 'apns' | 'huawei' | 'xiaomi' | 'oppo' | 'vivo' | 'honor'>(
  Type.Union(
    ['fcm', 'apns', 'huawei', 'xiaomi', 'oppo', 'vivo', 'honor'].map((each) => Type.Literal(each)),
    { description: 'Who brings notifications to the phone.', examples: ['fcm'] },
  ),
)

const token = Type.String({
  minLength: 8,
  maxLength: 2_048,
  pattern: '^[!-}]+$',
  description: 'As the provider gave it to the app; of `apns` in hexadecimal.',
  examples: ['d1f0c2a7b4e94c3f8a6d5b2e1c7f9a0b:APA91bH'],
})

const appId = {
  minLength: 1,
  maxLength: 255,
  pattern: '^[!-}]+$',
  description:
    'Which of the apps of this installation it is: the bundle id, the package, the app id.',
  examples: ['com.example.chat'],
}

const sandbox = { description: 'Of `apns`: an app that is being developed.' }

const AddToken = Type.Object(
  {
    kind: Kind,
    token,
    app_id: Type.Optional(Type.String(appId)),
    sandbox: Type.Optional(Type.Boolean(sandbox)),
    settings: Type.Optional(PushSettings),
  },
  {
    title: 'AddPushToken',
    examples: [{ kind: 'fcm', token: 'd1f0c2a7b4e94c3f8a6d5b2e1c7f9a0b:APA91bH', sandbox: false }],
  },
)

const PushToken = Type.Object(
  {
    id: Id,
    kind: Kind,
    token,
    app_id: Type.Union([Type.String(appId), Type.Null()]),
    sandbox: Type.Boolean(sandbox),
    settings: deviceSettings,
    is_served: Type.Boolean({
      description: 'Whether this installation is set up for that provider now.',
    }),
    created_at: Time,
  },
  { title: 'PushToken' },
)
export type PushToken = Static<typeof PushToken>

const attemptStates = ['sent', 'cleared', 'later', 'gone', 'failed', 'skipped'] as const
export type AttemptState = (typeof attemptStates)[number]

const PushAttempt = Type.Object(
  {
    at: Time,
    conversation_id: Id,
    registration_id: Type.Integer({ ...Id, description: 'Of the browser or the phone.' }),
    kind: Type.String({ description: '`web`, or who brings it to the phone.', examples: ['fcm'] }),
    state: Type.Unsafe<AttemptState>(
      Type.Union(
        attemptStates.map((each) => Type.Literal(each)),
        {
          description:
            'The provider took it (`sent`), or what takes it away again (`cleared`); it is tried again ' +
            '`later`; the device is `gone`; nobody will try again (`failed`), or wanted to (`skipped`).',
          examples: ['sent'],
        },
      ),
    ),
    answer: Type.String({
      description: 'What the provider said, as status and code, or which rule it was.',
      examples: ['200'],
    }),
  },
  { title: 'PushAttempt' },
)
export type PushAttempt = Static<typeof PushAttempt>

export const operations = {
  'push.key': {
    method: 'GET',
    path: '/push/vapid-key',
    summary: 'The public key a browser subscribes with (RFC 8292)',
    tag: 'push',
    data: Type.Object({ public_key: Type.String() }),
    errors: [],
  },
  'push.subscribe': {
    method: 'POST',
    path: '/push/subscriptions',
    summary: 'Register a browser for Web Push; the same endpoint again replaces it',
    tag: 'push',
    body: Subscription,
    data: Type.Object({ id: Id, endpoint: Type.String(), created_at: Time }),
    errors: ['validation', 'conflict'],
  },
  'push.unsubscribe': {
    method: 'DELETE',
    path: '/push/subscriptions/{id}',
    summary: 'Drop a registration',
    tag: 'push',
    params: Type.Object({ id: Id }),
    data: Done,
    errors: ['notFound'],
  },
  'push.addToken': {
    method: 'POST',
    path: '/push/tokens',
    summary: 'Register a phone; the same token again replaces it, whoever had it before',
    tag: 'push',
    body: AddToken,
    data: PushToken,
    errors: ['validation'],
  },
  'push.tokens': {
    method: 'GET',
    path: '/push/tokens',
    summary: 'The phones that are registered for me',
    tag: 'push',
    data: Type.Array(PushToken),
    errors: [],
  },
  'push.dropToken': {
    method: 'DELETE',
    path: '/push/tokens/{id}',
    summary: 'Drop a phone',
    tag: 'push',
    params: Type.Object({ id: Id }),
    data: Done,
    errors: ['notFound'],
  },
  'push.log': {
    method: 'GET',
    path: '/push/log',
    summary:
      'What became of my notifications in the last 72 hours, newest first; admins see anybody’s',
    tag: 'push',
    query: Type.Object({
      user_id: Type.Optional(
        Type.String({
          ...UserId,
          description: 'Of somebody else; for admins of the installation.',
        }),
      ),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] })),
    }),
    data: CursorPage(PushAttempt),
    errors: ['validation', 'userNotFound'],
  },
} as const satisfies Record<string, Operation>

const OwnSubscription = Type.Object({ id: Id, endpoint: Type.String(), created_at: Time }, Strict)

const OwnToken = Type.Object(
  {
    id: Id,
    kind: Kind,
    token: Type.String(),
    app_id: Type.Union([Type.String(), Type.Null()]),
    sandbox: Type.Boolean(),
    created_at: Time,
  },
  Strict,
)

const OwnAttempt = Type.Object({ ...PushAttempt.properties }, Strict)

export const exportFiles = {
  push_subscriptions: Type.Array(OwnSubscription),
  push_tokens: Type.Array(OwnToken),
  push_log: Type.Array(OwnAttempt),
}
