// Laws of deletions: what is not there any more for one person alone.
import type * as protocol from '../../../src/protocol/deletions.ts'
import { membersOnly } from './access.ts'
import type { Rows } from './row.ts'
import { once } from './twice.ts'

const count = 'select count(*) from message_deletions'

export const deletions: Rows<typeof protocol> = {
  operations: {
    'messages.delete': {
      // What is said last stays: lists of the other rows look for no other.
      async scene(stage) {
        const { id } = await stage.message()
        await stage.message()
        return { id }
      },
      access: membersOnly('messageNotFound'),
      twice: once(count, 'same'),
      budget: 5,
      also: {
        'in a group': {
          async scene(stage) {
            const { group_id } = await stage.group()
            const id = await stage.groupMessage(group_id)
            await stage.groupMessage(group_id)
            return { id }
          },
          access: membersOnly('messageNotFound'),
          twice: once(count, 'same'),
          budget: 5,
        },
      },
    },
  },
}
