// Notes: the conversation that somebody has with themselves alone, made when it is first asked for. It has
// one member, who is both of its two people, and so nobody to be told of.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import type { BaseContext } from '../../context.ts'
import { isNotes, type DirectRef } from './directory.ts'
import { openDirect } from './pairs.ts'
import { directory } from './state.ts'

/** The same one every time, whoever makes it first. */
export async function openNotes(
  ctx: BaseContext,
  { id, userId }: Pick<Actor, 'id' | 'userId'>,
): Promise<DirectRef> {
  const me = { id, userId }
  await ctx.transact((tx) => openDirect(tx, me, me))
  const ref = must(await ctx.of(directory).findDirect(id, userId), 'it was made')
  return must(isNotes(ref) ? ref : undefined, 'it is one’s own')
}
