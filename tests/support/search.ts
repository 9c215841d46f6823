// A search that goes about it in a way of one's own, as no route offers it.
import type { Actor } from '../../src/core/actor.ts'
import { must } from '../../src/core/assert.ts'
import type { Context } from '../../src/context.ts'
import type { Reach } from '../../src/features/search/limits.ts'
import { search } from '../../src/features/search/search.ts'
import type { InputOf, OutputOf } from '../../src/protocol/operations.ts'
import type { Person } from './people.ts'

export async function searchWithin(
  ctx: Context,
  { userId }: Person,
  input: InputOf<'messages.search'>,
  reach: Reach,
): Promise<OutputOf<'messages.search'>> {
  const [row] = await ctx.sql<{ id: number }[]>`select id from users where user_id = ${userId}`
  const actor = { id: must(row, 'they are there').id, userId } as Actor
  return search(ctx, actor, input, reach)
}
