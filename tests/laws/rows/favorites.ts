// Laws of favourites: what is kept of what was said.
import type * as protocol from '../../../src/protocol/favorites.ts'
import { favorites as kept } from '../crowds.ts'
import { membersOnly, signedIn } from './access.ts'
import { both, cursor } from './longest.ts'
import { seesNothing, type Rows } from './row.ts'
import { once } from './twice.ts'

const count = 'select count(*) from favorites'

export const favorites: Rows<typeof protocol> = {
  operations: {
    'favorites.add': {
      scene: async (stage) => ({ message_id: (await stage.message()).id }),
      access: membersOnly('messageNotFound'),
      twice: once(count, 'same'),
      budget: 7,
      also: {
        'of a group': {
          async scene(stage) {
            const { group_id } = await stage.group()
            return { message_id: await stage.groupMessage(group_id) }
          },
          access: membersOnly('messageNotFound'),
          twice: once(count, 'same'),
          budget: 7,
        },
      },
      sight: seesNothing(({ groupSaid }) => ({ message_id: groupSaid })),
    },
    'favorites.remove': {
      scene: async (stage) => ({ message_id: await stage.favorite() }),
      // Of others’ nothing is touched, and nothing said about whether it is there.
      access: signedIn(),
      twice: once(count, 'same', -1),
      budget: 5,
    },
    'favorites.list': {
      async scene(stage) {
        await stage.favorite()
        return {}
      },
      access: signedIn(),
      budget: 3,
      grows: { 'by page': kept({ page_size: 100 }), 'by cursor': kept({ limit: 100 }) },
      sight: seesNothing(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
  },
}
