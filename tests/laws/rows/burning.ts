// Laws of what burns: a conversation's timer.
import type { operations } from '../../../src/protocol/burning.ts'
import { membersOnly, ownerOnly } from './access.ts'
import { seesNothing, type Rows } from './row.ts'
import { once } from './twice.ts'

const timers = 'select count(*) from conversations where burn_seconds > 0'

export const burning: Rows<{ readonly operations: typeof operations }> = {
  operations: {
    'conversations.timer': {
      // Not the one that all rows share: what they say there would burn.
      async scene(stage) {
        const { id } = await stage.group()
        return { id, seconds: 3_600 }
      },
      access: membersOnly('conversationNotFound', { member: 'notAllowed' }),
      twice: once(timers, 'same'),
      budget: 13,
      also: {
        'with a friend': {
          async scene(stage) {
            const id = await stage.owner.befriends(await stage.newcomer())
            return { id, seconds: 3_600 }
          },
          access: ownerOnly('conversationNotFound'),
          twice: once(timers, 'same'),
          budget: 10,
        },
      },
      sight: seesNothing(({ conversation: id }) => ({ id, seconds: 3_600 })),
    },
  },
}
