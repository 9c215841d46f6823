// Search: what was said, found again.
import type * as protocol from '../../protocol/search.ts'
import { conversations } from '../conversations/feature.ts'
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import { groups } from '../groups/feature.ts'
import { media } from '../media/feature.ts'
import { messages } from '../messages/feature.ts'
import { people } from '../people/feature.ts'
import * as bounds from './limits.ts'
import { search as find } from './search.ts'
import { searchPool } from './state.ts'

export const search = feature<typeof protocol & typeof bounds>({
  name: 'search',
  uses: [people, conversations, messages, groups, media],
  routes: { 'messages.search': find },
  states: [searchPool],
  // The words in the index are those of messages and their files, and stay and go with the messages.
  custody: keepsNothing,
  limits: bounds.limits,
})
