// People for the product's bench: accounts, sessions, friendships and conversations, by SQL.
// Password sign-in is slow on purpose, so nobody signs in: tokens are signed with the same secret.
import type { Sql } from 'postgres'
import { systemClock } from '../../src/core/clock.ts'
import { createTokens } from '../../src/infra/tokens.ts'
import { body } from '../load/plan.ts'

export interface Person {
  readonly userId: string
  readonly token: string
}

export interface Couple {
  readonly conversation: number
  readonly sender: Person
  readonly receiver: Person
}

const tokenSeconds = 8 * 3_600

/**
 * `count` people, each even one friends with the next, who have written to each other before;
 * answers them two by two.
 */
export async function seedCouples(
  sql: Sql,
  secret: string,
  count: number,
  history: number,
): Promise<Couple[]> {
  await sql`
    insert into users (user_id, email, email_verified_at, nickname)
    select name, name || '@bench.invalid', now(), 'Bench ' || n
    from generate_series(0, ${count - 1}::int) n, lateral (
      select 'bench' || lpad(n::text, 6, '0') as name) named`
  await sql`insert into sessions (user_id, device_id) select id, '' from users`
  // Names are in order, so the first of two is user1 as the product wants it.
  await sql`
    insert into conversations (kind, user1_id, user2_id, is_open)
    select 1, one.id, two.id, true from users one join users two
      on substr(two.user_id, 6)::int = substr(one.user_id, 6)::int + 1
    where substr(one.user_id, 6)::int % 2 = 0`
  await sql`
    insert into conversation_members (conversation_id, user_id, opened_at, is_direct)
    select id, unnest(array[user1_id, user2_id]), now(), true from conversations`
  await sql`
    insert into friends (user_id, friend_id)
    select user1_id, user2_id from conversations
    union all select user2_id, user1_id from conversations`
  if (history > 0) await seedHistory(sql, history)
  return readCouples(sql, secret)
}

async function seedHistory(sql: Sql, each: number) {
  await sql`
    insert into messages
      (conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
    select id, seq, user1_id, gen_random_uuid(), 0, 1, ${body}
    from generate_series(1, ${each}::int) seq, conversations`
  await sql`
    update conversations set last_seq = ${each}, version = ${each}, last_message_at = now(),
      last_message_id = newest.id
    from (select conversation_id, max(id) as id from messages group by 1) newest
    where conversations.id = newest.conversation_id`
  await sql`
    update conversation_members set read_seq = ${each} where user_id in (
      select user1_id from conversations)`
  await sql`vacuum analyze`
}

async function readCouples(sql: Sql, secret: string): Promise<Couple[]> {
  const rows = await sql<
    { id: string; name1: string; name2: string; session1: string; session2: string }[]
  >`
    select c.id, one.user_id as name1, two.user_id as name2, s1.id as session1, s2.id as session2
    from conversations c
      join users one on one.id = c.user1_id
      join users two on two.id = c.user2_id
      join sessions s1 on s1.user_id = c.user1_id
      join sessions s2 on s2.user_id = c.user2_id
    order by c.id`
  const tokens = await createTokens(secret, tokenSeconds, systemClock)
  const person = async (userId: string, sessionId: string): Promise<Person> => ({
    userId,
    token: await tokens.sign({ userId, sessionId: Number(sessionId) }),
  })
  return Promise.all(
    rows.map(async (row) => ({
      conversation: Number(row.id),
      sender: await person(row.name1, row.session1),
      receiver: await person(row.name2, row.session2),
    })),
  )
}
