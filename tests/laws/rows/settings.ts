// Laws of settings: what somebody shows of themselves, and lets others do.
import type * as protocol from '../../../src/protocol/settings.ts'
import { signedIn } from './access.ts'
import type { Rows } from './row.ts'
import { once } from './twice.ts'

export const settings: Rows<typeof protocol> = {
  operations: {
    'settings.get': { scene: () => ({}), access: signedIn(), budget: 2 },
    'settings.update': {
      async scene(stage) {
        await stage.asNewPerson()
        return { privacy: { receipts: false, find_me: 'friends' } }
      },
      access: signedIn(),
      twice: once('select count(*) from privacy_settings where not receipts', 'same'),
      budget: 7,
    },
  },
}
