// Counts what is tried in somebody's name, so that guessing is slow and nobody is locked out.
// Why it is as it is: docs/decisions/0007-nobody-is-locked-out-by-others.md.
import type { Caller } from '../../core/actor.ts'
import { limits, names } from './limits.ts'
import { placeOf } from '../../core/network-place.ts'
import type { Context } from '../../context.ts'
import { refuseFor } from '../rate-limit.ts'
import { findPlaces } from './sessions.store.ts'

export interface Attempt {
  /** It was true: nothing was guessed. */
  forget(): Promise<void>
}

/**
 * Two buckets: of this name from this place, and of this name from everywhere. Whoever empties the
 * first stops nobody else; the second bounds all strangers together, and a place where the person has
 * signed in before does not need it. Nothing here tells whether there is such an account.
 */
export async function countAttempt(
  ctx: Context,
  caller: Caller,
  what: keyof typeof names,
  name: string,
): Promise<Attempt> {
  const { here, everywhere } = names[what]
  const place = placeOf(caller.address)
  // The name comes last: it may be any text, and must not spell the key of another name.
  const [hereKey, everywhereKey] = [`${what}/at/${place}/${name}`, `${what}/all/${name}`]
  refuseFor(ctx, what, await ctx.limiter.take(hereKey, here))
  const wait = await ctx.limiter.take(everywhereKey, everywhere)
  if (wait > 0 && !(await isKnownAt(ctx, name, place))) refuseFor(ctx, what, wait)
  return {
    async forget() {
      await ctx.limiter.putBack(hereKey, here)
      if (wait === 0) await ctx.limiter.putBack(everywhereKey, everywhere)
    },
  }
}

/** Whether the owner of a name signed in from this place lately. Asks alike for unknown names. */
async function isKnownAt(ctx: Context, name: string, place: string): Promise<boolean> {
  const since = new Date(ctx.clock.now().getTime() - limits.sessions.knownPlaceMs)
  const addresses = await findPlaces(ctx.sql, name, since)
  return addresses.some((address) => placeOf(address) === place)
}
