// Burning: what is said under a timer, and gone when that is over.
import type * as protocol from '../../protocol/burning.ts'
import { conversations } from '../conversations/feature.ts'
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { groups } from '../groups/feature.ts'
import { inbox } from '../inbox/feature.ts'
import { messages } from '../messages/feature.ts'
import { tellBurned } from './due.ts'
import * as bounds from './limits.ts'
import { setTimer } from './timer.ts'

export const burning = feature<
  Pick<typeof protocol, 'operations' | 'events'> & Pick<typeof bounds, 'limits'>
>({
  name: 'burning',
  uses: [conversations, friends, messages, groups, inbox],
  routes: { 'conversations.timer': setTimer },
  reactions: { 'message.burned': tellBurned },
  // It keeps what says nothing of what was said, so that it is not said twice.
  custody: keepsNothing,
  limits: bounds.limits,
})
