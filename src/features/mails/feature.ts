// Mails: letters to people, and the suppression list of addresses that take none.
import { digest } from '../../core/seal.ts'
import type * as protocol from '../../protocol/mails.ts'
import { feature } from '../feature.ts'
import { people } from '../people/feature.ts'
import { custody } from './custody.ts'
import * as bounds from './limits.ts'

export const mails = feature<typeof protocol & typeof bounds>({
  name: 'mails',
  uses: [people],
  reactions: {
    async 'mail.due'(ctx, { kind, sealed }) {
      // Told twice, it is queued once while it waits.
      await ctx.queues.add('email', 'letter', { kind, sealed }, { id: `mail-${numberOf(sealed)}` })
    },
  },
  custody,
  limits: bounds.limits,
})

/** A digest as a number: the board shows such ids, and it tells nothing. */
function numberOf(text: string): bigint {
  return digest(text).readBigUInt64BE()
}
