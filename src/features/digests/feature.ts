// Digests: what waits for whoever has been away for days and wants to know, by e-mail.
import type * as protocol from '../../protocol/digests.ts'
import { conversations } from '../conversations/feature.ts'
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { mails } from '../mails/feature.ts'
import { people } from '../people/feature.ts'
import { push } from '../push/feature.ts'
import { settings } from '../settings/feature.ts'
import * as bounds from './limits.ts'

export const digests = feature<typeof protocol & typeof bounds>({
  name: 'digests',
  uses: [people, settings, mails, conversations, friends, push],
  reactions: {
    async 'digest.due'(ctx, { user, at }) {
      // Told twice, it is queued once while it waits, and mailed once.
      await ctx.queues.add('email', 'digest', { user, at }, { id: `digest-${user}-${at}` })
    },
  },
  // What it knows of somebody stands in the settings of their account, and goes with them.
  custody: keepsNothing,
  limits: bounds.limits,
})
