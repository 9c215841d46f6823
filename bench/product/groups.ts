// Groups for the bench, by SQL: whoever is in them are the product's own people.
import type { Sql } from 'postgres'
import { limits } from '../../src/features/conversations/limits.ts'
import type { Person } from '../seed.ts'

export interface SeededGroup {
  readonly conversation: number
  readonly members: readonly Person[]
}

/** `count` groups of `size` people each, nobody in two of them. */
export async function seedGroups(
  sql: Sql,
  people: readonly Person[],
  count: number,
  size: number,
): Promise<SeededGroup[]> {
  if (people.length < count * size) throw new Error('there are too few people')
  const isChannel = size > limits.audience.membersMax
  const rows = await sql<{ id: string }[]>`
    insert into conversations (kind, group_id, is_channel)
    select 2, 'bench-' || gen_random_uuid(), ${isChannel} from generate_series(1, ${count}::int)
    returning id`
  const groups = rows.map(({ id }, place) => ({
    conversation: Number(id),
    members: people.slice(place * size, (place + 1) * size),
  }))
  const pairs = groups.flatMap(({ conversation, members }) =>
    members.map(({ userId }) => ({ conversation, userId })),
  )
  await sql`
    insert into conversation_members (conversation_id, user_id, in_channel)
    select c, u.id, ${isChannel}
    from unnest(${pairs.map((pair) => pair.conversation)}::bigint[],
        ${pairs.map((pair) => pair.userId)}::text[]) as pair (c, name)
      join users u on u.user_id = pair.name`
  await sql`
    insert into groups (conversation_id, name, owner_id, max_members, member_count)
    select c.conversation_id, 'Bench', min(c.user_id), 10000, count(*)
    from conversation_members c
    where c.conversation_id = any(${rows.map(({ id }) => Number(id))}::bigint[])
    group by c.conversation_id`
  await sql`vacuum analyze conversations, conversation_members, groups`
  return groups
}
