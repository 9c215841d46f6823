// Push: notifications to browsers and phones whose owners have no device connected.
import type * as protocol from '../../protocol/push.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { people } from '../people/feature.ts'
import { settings } from '../settings/feature.ts'
import { custody } from './custody.ts'
import { addToken, dropToken, tokens } from './phones.ts'
import { key, subscribe, unsubscribe } from './registrations.ts'
import * as bounds from './limits.ts'
import { log, skips } from './log.ts'

export const push = feature<typeof protocol & typeof bounds>({
  name: 'push',
  uses: [people, settings, conversations],
  routes: {
    'push.key': key,
    'push.subscribe': subscribe,
    'push.unsubscribe': unsubscribe,
    'push.addToken': addToken,
    'push.tokens': tokens,
    'push.dropToken': dropToken,
    'push.log': log,
  },
  states: [skips],
  custody,
  limits: bounds.limits,
})
