// Many members at once, who never sign in: a group of their size without their hour of signing up.
import type { Sql } from '../../src/infra/db.ts'

let count = 0

/** Fills a conversation up to so many members, as if each had joined. */
export async function fillUp(sql: Sql, conversation: number, members: number): Promise<void> {
  const name = `crowd${++count}-${conversation}-`
  await sql`
    with there as (
      select count(*)::int as count from conversation_members
      where conversation_id = ${conversation} and left_at is null
    ), made as (
      insert into users (user_id, email, nickname)
      select ${name} || n, ${name} || n || '@example.com', 'm'
      from there, generate_series(there.count + 1, ${members}) n returning id
    ), entered as (
      insert into conversation_members (conversation_id, user_id, in_channel)
      select c.id, made.id, c.is_channel from made, conversations c where c.id = ${conversation}
    )
    update groups set member_count = ${members} where conversation_id = ${conversation}`
}

/** Makes it a channel, as whoever joins one member too many does. */
export async function makeChannel(sql: Sql, conversation: number): Promise<void> {
  await sql`update conversations set is_channel = true where id = ${conversation}`
  await sql`update conversation_members set in_channel = true where conversation_id = ${conversation}`
}
