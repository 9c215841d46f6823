// Scheduling: what is said now and sent later.
import type * as protocol from '../../protocol/scheduled.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { messages } from '../messages/feature.ts'
import { custody } from './custody.ts'
import * as bounds from './limits.ts'
import { cancel, list, schedule, tellScheduled } from './schedule.ts'

export const scheduling = feature<typeof protocol & typeof bounds>({
  name: 'scheduling',
  uses: [conversations, messages],
  routes: {
    'messages.schedule': schedule,
    'messages.scheduled': list,
    'messages.unschedule': cancel,
  },
  reactions: { 'scheduled.changed': tellScheduled },
  custody,
  limits: bounds.limits,
})
