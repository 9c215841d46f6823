// Laws of people: is anybody there, my profile.
import type * as protocol from '../../../src/protocol/people.ts'
import { everybody, signedIn } from './access.ts'
import { both, image, nickname, text, words } from './longest.ts'
import type { Rows } from './row.ts'
import { once, users } from './twice.ts'

export const people: Rows<typeof protocol> = {
  operations: {
    'accounts.ping': { scene: () => ({}), access: everybody, budget: 0 },
    'accounts.me': { scene: () => ({}), access: signedIn(), budget: 2 },
    'accounts.updateMe': {
      async scene(stage) {
        await stage.asNewPerson()
        return { nickname: 'Somebody' }
      },
      access: signedIn(),
      twice: once(`${users} where nickname = 'Somebody'`, 'ok'),
      budget: 6,
      longest: () => ({
        whole: both({
          nickname,
          avatar: text('https://example.com/me.png', image(0)),
          bio: text('Gone birding.', words(500)),
          status: {
            ordinary: { emoji: '🌴', text: 'At the lake' },
            longest: { emoji: '👩🏻‍❤️‍💋‍👨🏿', text: words(80) },
          },
        }),
      }),
    },
  },
}
