// Presence: who is there now. Redis knows; nothing of it is stored.
import type * as protocol from '../../protocol/presence.ts'
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { onlineBatch, onlineFriends } from './online.ts'

export const presence = feature<typeof protocol>({
  name: 'presence',
  uses: [friends],
  routes: { 'presence.friends': onlineFriends, 'presence.batch': onlineBatch },
  custody: keepsNothing,
})
