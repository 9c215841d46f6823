// Admin: who may look at the queues, and what is redacted there.
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import { media } from '../media/feature.ts'
import { people } from '../people/feature.ts'
import { signin } from '../signin/feature.ts'

export const admin = feature<object>({
  name: 'admin',
  uses: [media, people, signin],
  custody: keepsNothing,
})
