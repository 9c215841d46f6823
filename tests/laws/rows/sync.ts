// Laws of sync: what an account has missed.
import type * as protocol from '../../../src/protocol/sync.ts'
import type { Person } from '../../support/people.ts'
import { bySocket, signedIn } from './access.ts'
import { both, fixed } from './longest.ts'
import { seesName, type Rows } from './row.ts'
import { each } from './twice.ts'

/** A cursor after which there is nothing. */
async function newestOf(owner: Person): Promise<string> {
  let page = await owner.does('sync.get')
  while (page.has_more) page = await owner.does('sync.get', { cursor: page.next_cursor })
  return page.next_cursor
}

export const sync: Rows<typeof protocol> = {
  operations: {
    'sync.get': {
      scene: () => ({}),
      access: signedIn(),
      // A first snapshot of an account that has everything: so many for each kind of thing.
      budget: 31,
      also: {
        'with nothing new': {
          scene: async ({ owner }) => ({ cursor: await newestOf(owner) }),
          access: signedIn(),
          budget: 2,
        },
      },
      sight: seesName(() => ({})),
      longest: () => ({ whole: both({ cursor: fixed(''), limit: fixed(500) }) }),
    },
  },
  frames: {
    sync: {
      scene: () => ({}),
      access: bySocket(signedIn()),
      budget: 22,
      twice: each('select count(*) from conversations where false', 'nothing is written'),
      rest: { none: 'it is a question: what it takes stands in an address there' },
    },
  },
}
