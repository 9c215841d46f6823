// Laws of departure: leaving, and taking one's data along.
import type * as protocol from '../../../src/protocol/departure.ts'
import { signedIn } from './access.ts'
import { both, code, hashed, password } from './longest.ts'
import type { Rows } from './row.ts'
import { once, users } from './twice.ts'

export const departure: Rows<typeof protocol> = {
  operations: {
    'accounts.deleteMe': {
      async scene(stage) {
        await stage.asNewPerson()
        return { password: stage.password }
      },
      access: signedIn(),
      twice: once(`${users} where deletes_at is not null`, ['tokenInvalid']),
      budget: 10,
      secret: 'password',
      longest: () => ({ whole: hashed({ password }), 'by code': both({ code }) }),
    },
    'accounts.export': {
      // It stays in the queue: while it is built, it may or may not be asked for once more.
      async scene(stage) {
        await stage.holdMaintenance()
        await stage.asNewPerson()
        return {}
      },
      access: signedIn(),
      twice: once('select count(*) from exports', ['conflict']),
      budget: 7,
    },
  },
}
