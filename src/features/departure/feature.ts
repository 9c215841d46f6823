// Departure: leave, come back in time, be erased; and take one's data along.
import * as bounds from './limits.ts'
import type * as protocol from '../../protocol/departure.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { mails } from '../mails/feature.ts'
import { people } from '../people/feature.ts'
import { scheduling } from '../scheduling/feature.ts'
import { signin } from '../signin/feature.ts'
import { custody } from './custody.ts'
import { dueForErasure, tellErased } from './erasure.ts'
import { requestExport, unfinishedExports } from './exports.ts'
import { enqueueErasure, enqueueExport } from './jobs.ts'
import { deleteMe } from './leave.ts'
import { reopenTalks } from './return.ts'

export const departure = feature<typeof protocol & typeof bounds>({
  name: 'departure',
  uses: [people, mails, signin, conversations, friends, scheduling],
  routes: { 'accounts.deleteMe': deleteMe, 'accounts.export': requestExport },
  reactions: {
    'account.returned': (ctx, { user }) => reopenTalks(ctx, user),
    'account.erased': tellErased,
    'export.requested': (ctx, event) => enqueueExport(ctx, event.export),
  },
  custody,
  limits: bounds.limits,
  async recover(ctx) {
    const now = ctx.clock.now()
    for (const user of await dueForErasure(ctx.sql, now, bounds.limits.erasure.accountsMax)) {
      await enqueueErasure(ctx, user)
    }
    for (const id of await unfinishedExports(ctx.sql, now)) await enqueueExport(ctx, id)
  },
})
