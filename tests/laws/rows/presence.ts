// Laws of presence: who is online.
import type * as protocol from '../../../src/protocol/presence.ts'
import { times } from '../crowds.ts'
import { bySocket, signedIn } from './access.ts'
import { both, manyIds, text } from './longest.ts'
import { seesNothing, type Rows } from './row.ts'
import { each } from './twice.ts'

export const presence: Rows<typeof protocol> = {
  operations: {
    'presence.friends': {
      scene: () => ({}),
      access: signedIn(),
      budget: 4,
      grows: {
        whole: async (stage, size) => {
          const friends = await times(size, () => stage.newFriend())
          await Promise.all(friends.map((friend) => friend.connects()))
          return {}
        },
      },
      sight: seesNothing(() => ({})),
    },
    'presence.batch': {
      scene: (stage) => ({ user_ids: stage.owner.userId }),
      access: signedIn(),
      budget: 2,
      longest: ({ friend }) => ({
        whole: both({ user_ids: text(friend.ordinary, manyIds(100).join(',')) }),
      }),
    },
  },
  frames: {
    watch_presence: {
      scene: (stage) => ({ user_ids: [stage.owner.userId] }),
      access: bySocket(signedIn()),
      budget: 1,
      twice: each('select count(*) from users where false', 'nothing is written'),
      rest: { none: 'it is for a socket' },
    },
  },
}
