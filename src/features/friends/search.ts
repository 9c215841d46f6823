// Find people, and see one: never whom a block stands between or who wants not to be found, never an address.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { Card } from '../../protocol/friends.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { canonicalEmail } from '../people/policy.ts'
import { findPerson, findPublicProfiles } from '../people/people.ts'
import { ownersSpelled } from '../people/spelled.ts'
import { statusView } from '../people/status.ts'
import { findRelationships, findSpelled, isFound, isShown, searchPeople } from './search.store.ts'
import { cardView } from './view.ts'

export async function search(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.search'>,
): Promise<OutputOf<'friends.search'>> {
  if (input.user_id !== undefined) return searchExactly(ctx, actor, input.user_id)
  const { keyword = '' } = input
  if (keyword === '') throw new Failure('emptyKeyword', { field: 'keyword' })
  // Of strangers one knows how a name is written: letters find friends alone.
  const friends = await ownersSpelled(keyword, (asked) => findSpelled(ctx.sql, actor.id, asked))
  const rows = await searchPeople(ctx.sql, actor.id, keyword, canonicalEmail(keyword), friends)
  return cards(
    ctx,
    actor,
    rows.map((row) => row.id),
  )
}

async function searchExactly(ctx: Context, actor: Actor, userId: string): Promise<Card> {
  const { id } = await findPerson(ctx.sql, userId)
  if (!(await isFound(ctx.sql, actor.id, id))) throw new Failure('userNotFound')
  return oneCard(ctx, actor, id)
}

/**
 * Somebody's card. Whom one has blocked one still sees, to know whom one blocked; who has blocked
 * one is not there, nor is who does not want to be found, for strangers.
 */
export async function card(
  ctx: Context,
  actor: Actor,
  input: InputOf<'friends.card'>,
): Promise<Card> {
  const { id } = await findPerson(ctx.sql, input.user_id)
  const isThere = await isShown(ctx.sql, actor.id, id, ctx.clock.now())
  if (!isThere) throw new Failure('userNotFound')
  return oneCard(ctx, actor, id)
}

async function oneCard(ctx: Context, actor: Actor, id: number): Promise<Card> {
  const [view] = await cards(ctx, actor, [id])
  if (!view) throw new Failure('userNotFound')
  return view
}

/** In the order of the ids. */
async function cards(ctx: Context, actor: Actor, ids: readonly number[]): Promise<Card[]> {
  const [profiles, relationships] = await Promise.all([
    findPublicProfiles(ctx.sql, actor.id, ids),
    findRelationships(ctx.sql, actor.id, ids, ctx.clock.now()),
  ])
  return ids.flatMap((id) => {
    const profile = profiles.get(id)
    const { relationship = 'none', status = null } = relationships.get(id) ?? {}
    return profile ? [cardView(profile, relationship, statusView(status))] : []
  })
}
