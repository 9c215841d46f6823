// Presence: who is there now. Redis knows; nothing of it is stored.
import type * as protocol from '../../protocol/presence.ts'
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { messages } from '../messages/feature.ts'
import { onlineBatch, onlineFriends } from './online.ts'
import { watch } from './watch.ts'
import { watchers } from './watchers.ts'
import * as bounds from './limits.ts'

export const presence = feature<typeof protocol & typeof bounds>({
  name: 'presence',
  uses: [friends, messages],
  routes: { 'presence.friends': onlineFriends, 'presence.batch': onlineBatch },
  ops: { watch_presence: { run: watch } },
  states: [watchers],
  custody: keepsNothing,
  limits: bounds.limits,
  buckets: bounds.buckets,
})
