// People whom somebody has named without being shown them: who does not want to be found shows a stranger no
// more than the name that the stranger knew.
import type { BaseContext } from '../../context.ts'
import type { User } from '../../protocol/people.ts'
import { bareView, findProfiles } from '../people/people.ts'
import { findStrangers } from './search.store.ts'

/** A question for lists of those whom somebody keeps off: the profiles that these people show them. */
export async function findFacesOf(
  ctx: BaseContext,
  viewer: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, User>> {
  const [profiles, strangers] = await Promise.all([
    findProfiles(ctx.sql, viewer, ids),
    findStrangers(ctx.sql, viewer, ids, ctx.clock.now()),
  ])
  const faces = [...profiles].map(([id, profile]) => {
    return [id, strangers.has(id) ? bareView(profile) : profile] as const
  })
  return new Map(faces)
}
