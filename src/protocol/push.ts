// Push: where a person's browsers want their notifications.
import { Type } from '@sinclair/typebox'
import type { Operation } from './operation.ts'
import { Done, Id, Time, Strict } from './scalars.ts'

/** As `PushSubscription.toJSON()` in a browser gives it (W3C Push API). */
const Subscription = Type.Object(
  {
    endpoint: Type.String({ minLength: 10, maxLength: 2_048, pattern: '^https?://' }),
    keys: Type.Object({
      p256dh: Type.String({ minLength: 80, maxLength: 100 }),
      auth: Type.String({ minLength: 16, maxLength: 40 }),
    }),
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
} as const satisfies Record<string, Operation>

const OwnSubscription = Type.Object({ id: Id, endpoint: Type.String(), created_at: Time }, Strict)

export const exportFiles = { push_subscriptions: Type.Array(OwnSubscription) }
