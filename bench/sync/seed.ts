// For `bench sync`: somebody with thousands of conversations, and others who have said so much that
// theirs are few among them.
import type { Sql } from 'postgres'
import { settle } from '../lib/settle.ts'

/** Who syncs; whom they write to comes after. */
export const owner = 1
const before = 10
const wordy = 50
/** Transactions since, two spans of `conversations.xid_span`: half an hour where 300 commit in a second. */
const later = 2 ** 19
const text = 'A heron stood in the shallows all morning and did not mind us.'

export interface Told {
  readonly conversations: number
  readonly messages: number
}

/** `messages` in all; those that are not the owner's are said by pairs of others. */
export async function seedTalks(sql: Sql, { conversations, messages }: Told): Promise<void> {
  const rest = Math.max(0, messages - conversations * before)
  const pairs = Math.ceil(rest / wordy)
  await sql`truncate users, conversations, messages, account_changes restart identity cascade`
  await sql`
    insert into users (user_id, email, nickname)
    select 'bench' || lpad(n::text, 7, '0'), n || '@bench.invalid', 'Bench ' || n
    from generate_series(1, ${1 + conversations + 2 * pairs}::int) n`
  await sql`insert into sessions (user_id, device_id) values (${owner}, '')`
  await sql`
    insert into friends (user_id, friend_id)
    select ${owner}, 1 + n from generate_series(1, ${conversations}::int) n
    union all select 1 + n, ${owner} from generate_series(1, ${conversations}::int) n`
  // Those of the owner lie scattered among the others.
  await sql`
    insert into conversations (kind, user1_id, user2_id, is_open, last_seq, version, last_message_at)
    select 1, a, b, true, said, said,
      timestamptz '2026-01-01' + (a::bigint * 31 + b::bigint * 7919) % 100000 * interval '1 second'
    from (
      select ${owner} as a, 1 + n as b, ${before}::int as said
      from generate_series(1, ${conversations}::int) n
      union all
      select ${1 + conversations} + 2 * n - 1, ${1 + conversations} + 2 * n, ${wordy}
      from generate_series(1, ${pairs}::int) n
    ) pairs order by (a::bigint * 131 + b * 17) % 20011`
  await sql`
    insert into conversation_members (
      conversation_id, user_id, read_seq, read_count, opened_at, is_direct)
    select id, member, last_seq, last_seq, last_message_at - interval '1 hour', true
    from conversations, lateral (values (user1_id), (user2_id)) as both_of (member) order by id`
  await asLoader(sql, async () => {
    await sql`
      insert into messages (
        conversation_id, seq, sender_id, client_msg_id, digest, message_type, content, created_at)
      select id, seq, case when seq % 2 = 0 then user1_id else user2_id end,
        ('00000000-0000-4000-8000-' || lpad(to_hex(id * 64 + seq), 12, '0'))::uuid, 0, 1, ${text},
        last_message_at
      from conversations, generate_series(1, last_seq) seq order by seq, id`
  })
  await sql`
    update conversations c set last_message_id = m.id
    from messages m where m.conversation_id = c.id and m.seq = c.last_seq`
  await passTime(sql)
  await settle(sql)
}

/** What others do: nothing of the owner's moves meanwhile. */
async function passTime(sql: Sql): Promise<void> {
  await sql`set synchronous_commit = off`
  await sql.unsafe(`
    do $$ begin
      for n in 1..${later} loop perform pg_current_xact_id(); commit; end loop;
    end $$`)
  await sql`reset synchronous_commit`
}

/** Millions of rows: without looking up each reference, and with the indexes made at the end. */
async function asLoader(sql: Sql, work: () => Promise<void>): Promise<void> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select c.relname as name, pg_get_indexdef(c.oid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = 'messages'::regclass and not i.indisprimary`
  await sql`set session_replication_role = replica`
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`)
  await work()
  for (const { definition } of indexes) await sql.unsafe(definition)
  await sql`set session_replication_role = default`
}

/** The owner's peers go on: so many messages each in so many conversations, each one transaction. */
export async function goOn(
  sql: Sql,
  { conversations, messages }: { conversations: number; messages: number },
): Promise<void> {
  await sql`
    with talks as materialized (
      select id, user2_id, last_seq from conversations where user1_id = ${owner}
      order by id limit ${conversations}
    ), said as (
      insert into messages (
        conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
      select id, last_seq + n, user2_id, gen_random_uuid(), 0, 1, ${text}
      from talks, generate_series(1, ${messages}::int) n order by id, n
      returning id, conversation_id, seq
    )
    update conversations c set last_seq = t.last_seq + ${messages}, version = version + ${messages},
      xid = pg_current_xact_id(), last_message_at = now(), last_message_id = newest.id
    from talks t, (select conversation_id, max(id) as id from said group by 1) newest
    where c.id = t.id and newest.conversation_id = t.id`
}

/** The same one by one, each in a transaction of its own, as people do. */
export async function goOnOneByOne(
  sql: Sql,
  { conversations, messages }: { conversations: number; messages: number },
): Promise<void> {
  await sql`set synchronous_commit = off`
  await sql.unsafe(`
    do $$ declare talk record; begin
      for n in 1..${messages} loop
        for talk in select id, user2_id, last_seq from conversations where user1_id = ${owner}
          order by id limit ${conversations}
        loop
          with said as (
            insert into messages (
              conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
            values (talk.id, talk.last_seq + 1, talk.user2_id, gen_random_uuid(), 0, 1, '${text}')
            returning id, created_at
          )
          update conversations set last_seq = last_seq + 1, version = version + 1,
            xid = pg_current_xact_id(), last_message_at = said.created_at, last_message_id = said.id
          from said where conversations.id = talk.id;
          commit;
        end loop;
      end loop;
    end $$`)
  await sql`reset synchronous_commit`
}
