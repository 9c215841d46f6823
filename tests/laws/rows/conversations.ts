// Laws of conversations: what is read and what is not.
import type * as protocol from '../../../src/protocol/conversations.ts'
import { bySocket, membersOnly, signedIn } from './access.ts'
import type { Rows } from './row.ts'
import { marks, once } from './twice.ts'

export const conversations: Rows<typeof protocol> = {
  operations: {
    'messages.unreadCount': { scene: () => ({}), access: signedIn(), budget: 2 },
    'conversations.read': {
      async scene(stage) {
        await stage.cast.member.says(stage.owner, 'read me')
        return { id: stage.conversation }
      },
      access: membersOnly('conversationNotFound'),
      twice: once(marks, 'same'),
      budget: 5,
    },
  },
  frames: {
    mark_read: {
      async scene(stage) {
        const { seq } = await stage.cast.member.says(stage.owner, 'read me')
        return { conversation_id: stage.conversation, seq }
      },
      access: bySocket(membersOnly('conversationNotFound')),
      twice: once(marks, 'same'),
      budget: 4,
      rest: {
        operation: 'conversations.read',
        names: { conversation_id: 'id' },
        always: ['seq'],
        shared: (data) => data,
      },
    },
  },
}
