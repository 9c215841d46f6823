// Settings: what somebody shows of themselves and lets others do, and how they hear of what they miss.
import type * as protocol from '../../protocol/settings.ts'
import { feature } from '../feature.ts'
import { people } from '../people/feature.ts'
import { custody } from './custody.ts'
import { get, update } from './settings.ts'

export const settings = feature<typeof protocol>({
  name: 'settings',
  uses: [people],
  routes: { 'settings.get': get, 'settings.update': update },
  custody,
})
