// What a device catches up on, by one cursor.
import type * as protocol from '../../protocol/sync.ts'
import { conversations } from '../conversations/feature.ts'
import { deletions } from '../deletions/feature.ts'
import { favorites } from '../favorites/feature.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { groups } from '../groups/feature.ts'
import { inbox } from '../inbox/feature.ts'
import { messages } from '../messages/feature.ts'
import { people } from '../people/feature.ts'
import { scheduling } from '../scheduling/feature.ts'
import { settings } from '../settings/feature.ts'
import { custody } from './custody.ts'
import * as bounds from './limits.ts'
import { sync as syncNow } from './sync.ts'

export const sync = feature<typeof protocol & typeof bounds>({
  name: 'sync',
  uses: [
    people,
    settings,
    conversations,
    friends,
    deletions,
    messages,
    groups,
    inbox,
    favorites,
    scheduling,
  ],
  routes: { 'sync.get': syncNow },
  ops: { sync: { run: syncNow } },
  custody,
  limits: bounds.limits,
})
