// People: who somebody is, to themselves and to others.
import type * as protocol from '../../protocol/people.ts'
import { feature } from '../feature.ts'
import { media } from '../media/feature.ts'
import { custody } from './custody.ts'
import { me, updateMe } from './profile.ts'

export const people = feature<typeof protocol>({
  name: 'people',
  uses: [media],
  routes: {
    'accounts.ping': async () => 'pong',
    'accounts.me': me,
    'accounts.updateMe': updateMe,
  },
  custody,
})
