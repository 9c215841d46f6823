// Laws of settings: what somebody shows of themselves, lets others do, and wants to hear of.
import type * as protocol from '../../../src/protocol/settings.ts'
import { signedIn } from './access.ts'
import { both, fixed } from './longest.ts'
import type { Rows } from './row.ts'
import { once } from './twice.ts'

const night = { from: '22:00', to: '07:00', time_zone: 'Asia/Shanghai' }

export const settings: Rows<typeof protocol> = {
  operations: {
    'settings.get': { scene: () => ({}), access: signedIn(), budget: 3 },
    'settings.update': {
      async scene(stage) {
        await stage.asNewPerson()
        return { privacy: { receipts: false, find_me: 'friends' } }
      },
      access: signedIn(),
      twice: once('select count(*) from privacy_settings where not receipts', 'same'),
      budget: 8,
      longest: () => ({ whole: both({ push: fixed({ quiet_hours: night }) }) }),
      also: {
        'of push': {
          async scene(stage) {
            await stage.asNewPerson()
            return { push: { preview: 'text', quiet_hours: night } }
          },
          access: signedIn(),
          twice: once('select count(*) from push_settings', 'same'),
          budget: 8,
        },
        'of e-mail': {
          async scene(stage) {
            await stage.asNewPerson()
            return { email: { digest: 'weekly' } }
          },
          access: signedIn(),
          twice: once("select count(*) from email_settings where digest = 'weekly'", 'same'),
          budget: 8,
        },
      },
    },
  },
}
