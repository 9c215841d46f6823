// Laws of the inbox: my conversations, with people and with groups.
import type * as protocol from '../../../src/protocol/inbox.ts'
import { conversations, groups } from '../crowds.ts'
import { signedIn } from './access.ts'
import { both, cursor } from './longest.ts'
import { seesName, type Rows } from './row.ts'

export const inbox: Rows<typeof protocol> = {
  operations: {
    'conversations.list': {
      scene: () => ({}),
      access: signedIn(),
      budget: 4,
      grows: {
        'by page': conversations({ page_size: 100 }),
        'by cursor': conversations({ limit: 100 }),
        'of groups': groups({ kind: 'group', limit: 100 }),
      },
      also: {
        'of groups': {
          async scene(stage) {
            await stage.group()
            return { kind: 'group' }
          },
          access: signedIn(),
          budget: 6,
        },
        'of both': { scene: () => ({ kind: 'all' }), access: signedIn(), budget: 5 },
      },
      sight: seesName(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
  },
}
