// Laws of passing on what was said.
import type * as protocol from '../../../src/protocol/messages.forward.ts'
import { membersOnly } from './access.ts'
import { seesNothing, type Rows, type Scene } from './row.ts'
import { messages, once } from './twice.ts'

/** Back into the conversation it was said in: who is not in it does not find the message either. */
const back: Scene = async (stage) => ({
  message_id: (await stage.message()).id,
  targets: [{ conversation_id: stage.conversation }],
  client_msg_id: crypto.randomUUID(),
})

export const messagesForward: Rows<typeof protocol> = {
  operations: {
    'messages.forward': {
      scene: back,
      access: membersOnly('messageNotFound'),
      twice: once(messages, 'same'),
      budget: 4,
      grows: 'one for each that was sent',
      sight: seesNothing(({ said: message_id, conversation }) => ({
        message_id,
        targets: [{ conversation_id: conversation }],
      })),
      longest: ({ said: message_id, friend }) => ({
        whole: {
          ordinary: { message_id, targets: [{ to_user_id: friend.ordinary }] },
          longest: { message_id, targets: [{ to_user_id: friend.longest }] },
        },
      }),
    },
  },
}
