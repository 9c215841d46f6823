// Laws of push: browsers and phones that are registered.
import type * as protocol from '../../../src/protocol/push.ts'
import { attempts, times } from '../crowds.ts'
import { ownerOnly, signedIn } from './access.ts'
import { both, cursor, fixed, text } from './longest.ts'
import type { Rows } from './row.ts'
import { once } from './twice.ts'

const registrations = 'select count(*) from push_subscriptions'

/** As browsers make them; all are as long as this. */
const keys = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
}

/** A browser nobody has registered yet; nothing is ever sent there. */
const subscription = () => ({
  endpoint: `https://push.invalid/send/${crypto.randomUUID()}`,
  keys,
})

/** A phone nobody has registered yet. */
const phone = () => ({ kind: 'fcm', token: crypto.randomUUID() })

export const push: Rows<typeof protocol> = {
  operations: {
    'push.key': { scene: () => ({}), access: signedIn(), budget: 2 },
    'push.subscribe': {
      scene: subscription,
      access: signedIn(),
      twice: once(registrations, 'same'),
      budget: 5,
      longest: () => ({
        whole: both({
          endpoint: text(
            'https://push.invalid/send/one',
            `https://push.invalid/${'e'.repeat(2_048 - 21)}`,
          ),
          keys: fixed(keys),
          settings: fixed(null),
        }),
      }),
    },
    'push.unsubscribe': {
      scene: async ({ owner }) => ({
        id: (await owner.does('push.subscribe', subscription())).id,
      }),
      access: ownerOnly('notFound'),
      twice: once(registrations, ['notFound'], -1),
      budget: 2,
    },
    'push.addToken': {
      scene: phone,
      access: signedIn(),
      twice: once(registrations, 'same'),
      budget: 5,
      longest: () => ({
        whole: both({
          kind: fixed('fcm'),
          token: text('token-of-a-phone', `t${'o'.repeat(2_047)}`),
          app_id: text('com.example.chat', 'a'.repeat(255)),
          settings: fixed({
            preview: 'none',
            quiet_hours: { from: '22:00', to: '07:00', time_zone: 'Asia/Shanghai' },
          }),
        }),
      }),
    },
    'push.tokens': {
      async scene({ owner }) {
        await owner.does('push.addToken', phone() as never)
        return {}
      },
      access: signedIn(),
      budget: 2,
      grows: {
        whole: async (stage, size) => {
          await times(Math.min(size, 20), () => stage.owner.does('push.addToken', phone() as never))
          return {}
        },
      },
    },
    'push.dropToken': {
      scene: async ({ owner }) => ({
        id: (await owner.does('push.addToken', phone() as never)).id,
      }),
      access: ownerOnly('notFound'),
      twice: once(registrations, ['notFound'], -1),
      budget: 2,
    },
    'push.log': {
      scene: () => ({ cursor: '', limit: 20 }),
      access: signedIn(),
      budget: 2,
      grows: { whole: attempts({ limit: 100 }) },
      longest: ({ friend }) => ({
        whole: both({ cursor }),
        'of somebody else': both({ user_id: friend, cursor }),
      }),
      also: {
        'of somebody else': {
          scene: ({ owner }) => ({ user_id: owner.userId }),
          access: signedIn({
            stranger: 'userNotFound',
            friend: 'userNotFound',
            blocked: 'userNotFound',
            member: 'userNotFound',
          }),
          budget: 2,
        },
      },
    },
  },
}
