// Groups for the bench, by SQL: whoever is in them are the product's own people.
import type { Sql } from 'postgres'
import { limits } from '../../src/features/conversations/limits.ts'
import type { Person } from './people.ts'

export interface SeededGroup {
  readonly conversation: number
  readonly members: readonly Person[]
}

/** Of a place in all groups together: everybody once, then everybody again in another order. */
function personOf(people: readonly Person[], place: number): Person {
  const { length } = people
  const steps = [1, 7, 11, 13, 17, 19, 23, 29, 31, 37].filter((step) => length % step > 0)
  const step = steps[Math.floor(place / length) % steps.length] ?? 1
  return people[((place % length) * step) % length]!
}

/** `count` groups of `size` people each; everybody is in as many of them as anybody else. */
export async function seedGroups(
  sql: Sql,
  people: readonly Person[],
  count: number,
  size: number,
): Promise<SeededGroup[]> {
  if (people.length % size > 0 || (count * size) % people.length > 0) {
    throw new Error(`${people.length} people do not fill ${count} groups of ${size}`)
  }
  const isChannel = size > limits.audience.membersMax
  const rows = await sql<{ id: string }[]>`
    insert into conversations (kind, group_id, is_channel)
    select 2, 'bench-' || gen_random_uuid(), ${isChannel} from generate_series(1, ${count}::int)
    returning id`
  const groups = rows.map(({ id }, place) => ({
    conversation: Number(id),
    members: Array.from({ length: size }, (_, n) => personOf(people, place * size + n)),
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
