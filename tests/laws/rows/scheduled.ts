// Laws of scheduled messages: said now, sent later.
import type * as protocol from '../../../src/protocol/scheduled.ts'
import { scheduled as waiting } from '../crowds.ts'
import { friendsOnly, membersOnly, ownerOnly, signedIn } from './access.ts'
import { both, cursor, fixed, image, text, words } from './longest.ts'
import type { Rows } from './row.ts'
import { once } from './twice.ts'

const count = 'select count(*) from scheduled_messages'
const cancelled = `${count} where state = 4`

const hi = () => ({ message_type: 1, content: 'hi', client_msg_id: crypto.randomUUID() })

export const scheduled: Rows<typeof protocol> = {
  operations: {
    'messages.schedule': {
      scene: ({ conversation, someday }) => ({
        conversation_id: conversation,
        ...hi(),
        send_at: someday,
      }),
      access: membersOnly('conversationNotFound'),
      twice: once(count, 'same'),
      budget: 8,
      also: {
        'to a person': {
          scene: async (stage) => ({
            to_user_id: await stage.other(() => stage.cast.member),
            ...hi(),
            send_at: stage.someday,
          }),
          access: friendsOnly('notAllowed'),
          twice: once(count, 'same'),
          budget: 8,
        },
        'to a group': {
          async scene(stage) {
            const { group_id } = await stage.group()
            return { group_id, ...hi(), send_at: stage.someday }
          },
          access: membersOnly('groupNotFound'),
          twice: once(count, 'same'),
          budget: 9,
        },
      },
      longest: ({ friend, group }) => ({
        'to a person': both({
          to_user_id: friend,
          message_type: fixed(1),
          content: text('hi', words(5_000)),
          media_url: text('https://example.com/a.png', image(0)),
          send_at: fixed(new Date(Date.now() + 86_400_000).toISOString()),
        }),
        'to a group': both({
          group_id: fixed(group),
          message_type: fixed(1),
          content: text('hi', words(5_000)),
          send_at: fixed(new Date(Date.now() + 86_400_000).toISOString()),
        }),
      }),
    },
    'messages.scheduled': {
      async scene(stage) {
        await stage.scheduled()
        return { conversation_id: stage.conversation, cursor: '', limit: 20 }
      },
      access: signedIn(),
      budget: 2,
      grows: { whole: waiting({ limit: 100 }) },
      longest: () => ({ whole: both({ cursor }) }),
    },
    'messages.unschedule': {
      scene: async (stage) => ({ id: await stage.scheduled() }),
      access: ownerOnly('messageNotFound'),
      twice: once(cancelled, 'same'),
      budget: 5,
    },
  },
}
