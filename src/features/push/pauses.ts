// When a notification has to wait, or is of no use: quiet hours, somebody who is here, a burst.
import type { BaseContext } from '../../context.ts'
import type { PushSettings } from '../../protocol/push.ts'
import { quietSeconds } from '../settings/quiet.ts'
import { limits } from './limits.ts'
import type { LivingRow } from './store.ts'

export interface Pause {
  readonly pause: 'pushQuiet' | 'pushHere' | 'pushBurst'
  readonly seconds: number
}

/** `here`: it was heard by a device that is connected, or is on its way to one. */
export async function pauseOf(
  ctx: BaseContext,
  to: LivingRow,
  { quiet_hours: quiet }: PushSettings,
): Promise<Pause | 'here' | null> {
  const now = ctx.clock.now()
  const asleep = quiet ? quietSeconds(quiet, now) : 0
  if (asleep > 0) return { pause: 'pushQuiet', seconds: asleep }
  const presence = (await ctx.registry.presence([to.user_id])).get(to.user_id)
  if (presence?.isOnline) return 'here'
  const left = (since: Date | null | undefined, milliseconds: number) =>
    since ? Math.ceil((since.getTime() + milliseconds - now.getTime()) / 1000) : 0
  const grace = left(presence?.lastSeenAt, limits.push.graceMs)
  if (grace > 0) return { pause: 'pushHere', seconds: grace }
  // The first of a burst comes at once, all others as one.
  const burst = left(to.shown_at, limits.push.burstMs)
  return burst > 0 ? { pause: 'pushBurst', seconds: burst } : null
}
