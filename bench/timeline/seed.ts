// A community for `bench timeline`: people who post much or little, and those who read them.
import type { Sql } from 'postgres'
import { systemClock } from '../../src/core/clock.ts'
import { createTokens } from '../../src/infra/tokens.ts'

export interface Community {
  readonly people: number
  readonly moments: number
}

export interface Viewer {
  readonly name: string
  readonly id: number
  readonly friends: number
  readonly token: string
}

/** Whose friends are spread how: from the most active person (0) to the quietest (1). */
const circles = [
  { name: '1,000 friends, any', friends: 1_000, from: 0, to: 1 },
  { name: '1,000 friends, busiest', friends: 1_000, from: 0, to: 0.011 },
  { name: '1,000 friends, quietest', friends: 1_000, from: 0.98, to: 1 },
  { name: '20 friends, any', friends: 20, from: 0, to: 1 },
  { name: '5,000 friends, any', friends: 5_000, from: 0, to: 1 },
] as const

const tokenSeconds = 8 * 3_600

/**
 * Who posts how much falls off steeply: a hundredth of the people write a fifth of everything.
 * A tenth is private, some moments are for listed friends or not for some, some friends are
 * blocked or disabled: what a timeline leaves out is there to be left out.
 */
export async function seedCommunity(
  sql: Sql,
  secret: string,
  { people, moments }: Community,
): Promise<Viewer[]> {
  await sql`
    insert into users (user_id, email, nickname, disabled_at)
    select 'bench' || lpad(n::text, 6, '0'), n || '@bench.invalid', 'Bench ' || n,
      case when n % 100 = 77 then now() end
    from generate_series(1, ${people}::int) n`
  await sql`insert into sessions (user_id, device_id) select id, '' from users
    where id <= ${circles.length}`
  await seedFriends(sql, people)
  await asLoader(sql, async () => {
    await seedMoments(sql, people, moments)
    await seedResponses(sql, people, moments)
  })
  await sql`vacuum analyze`
  const tokens = await createTokens(secret, tokenSeconds, systemClock)
  return Promise.all(
    circles.map(async ({ name }, place) => {
      const id = place + 1
      const userId = `bench${String(id).padStart(6, '0')}`
      const [row] = await sql<[{ session: string; friends: string }]>`
        select (select id from sessions where user_id = ${id}) as session,
          (select count(*) from friends where user_id = ${id}) as friends`
      const token = await tokens.sign({ userId, sessionId: Number(row.session) })
      return { name, id, friends: Number(row.friends), token }
    }),
  )
}

/** The viewers are the first people; everybody else has some ten friends, and a fifth a foe. */
async function seedFriends(sql: Sql, people: number) {
  const rest = people - circles.length
  for (const [place, { friends, from, to }] of circles.entries()) {
    await sql`
      insert into friends (user_id, friend_id)
      select ${place + 1}, friend from (
        select distinct ${circles.length + 1}
          + floor(${rest}::int * (${from}::float8 + ${to - from}::float8 * n / ${friends}::int))::bigint
          as friend
        from generate_series(0, ${friends - 1}::int) n) chosen
      where friend <= ${people}`
  }
  await sql`
    insert into friends (user_id, friend_id)
    select distinct on (one, other) one, other from (
      select ${circles.length + 1} + floor(${rest}::int * random())::bigint as one,
        ${circles.length + 1} + floor(${rest}::int * random())::bigint as other
      from generate_series(1, ${people * 5}::int)) pairs
    where one <> other`
  await sql`
    insert into friends (user_id, friend_id)
    select friend_id, user_id from friends on conflict do nothing`
  await sql`
    insert into blocks (user_id, blocked_id)
    select case when n % 2 = 0 then user_id else friend_id end,
      case when n % 2 = 0 then friend_id else user_id end
    from (select user_id, friend_id, row_number() over (order by friend_id) as n from friends
      where user_id <= ${circles.length}) f
    where n % 97 = 0`
  await sql`
    insert into blocks (user_id, blocked_id)
    select one, other
    from generate_series(${circles.length + 1}::int, ${people}::int, 5) one,
      lateral (select ${circles.length + 1} + one * 31 % ${rest}::int as other) foe
    where one <> other
    on conflict do nothing`
}

/** Millions of rows: without looking up each reference, and with the indexes made at the end. */
async function asLoader(sql: Sql, work: () => Promise<void>) {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select c.relname as name, pg_get_indexdef(c.oid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = any (array['moments', 'moment_likes', 'moment_comments']::regclass[])
      and not i.indisprimary`
  await sql`set session_replication_role = replica`
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`)
  await work()
  for (const { definition } of indexes) await sql.unsafe(definition)
  await sql`set session_replication_role = default`
}

async function seedMoments(sql: Sql, people: number, moments: number) {
  await sql`
    insert into moments (user_id, content, visible, list_kind, created_at, updated_at)
    select author, 'A heron stood in the shallows all morning and did not mind us.', visible,
      case when visible = 2 or dice > 0.04 then 0 when dice < 0.02 then 1 else 2 end, at, at
    from (
      select 1 + floor(${people}::int * random() ^ 3)::bigint as author,
        (array[0, 0, 0, 0, 0, 1, 1, 1, 1, 2])[1 + floor(10 * random())::int] as visible,
        random() as dice, timestamptz '2026-01-01' + random() * interval '300 days' as at
      from generate_series(1, ${moments}::int)) drawn
    order by at`
  // A list names up to three friends; who is measured is among them as often as anybody.
  await sql`
    insert into moment_lists (moment_id, user_id, is_allowed, created_at)
    select m.id, listed.friend_id, m.list_kind = 1, m.created_at
    from moments m, lateral (
      select friend_id from friends f where f.user_id = m.user_id
      order by (f.friend_id * 31 + m.id) % 11 limit 3) listed
    where m.list_kind > 0`
}

/** One like each and a comment to every second, half of them by friends of who is measured. */
async function seedResponses(sql: Sql, people: number, moments: number) {
  const someone = sql`1 + floor(${people}::int * random() ^ 3)::bigint`
  await sql`
    insert into moment_likes (moment_id, user_id)
    select distinct 1 + floor(${moments}::int * random())::bigint, ${someone}
    from generate_series(1, ${moments}::int)`
  await sql`
    insert into moment_comments (moment_id, user_id, content)
    select 1 + floor(${moments}::int * random())::bigint, ${someone}, 'Lucky you.'
    from generate_series(1, ${Math.floor(moments / 2)}::int)`
}

/** The same timeline in the plainest words: what the pages are compared with. */
export async function plainTimeline(sql: Sql, viewer: number, limit: number): Promise<number[]> {
  const rows = await sql<{ id: string }[]>`
    with friend as materialized (
      select friend_id as id from friends where user_id = ${viewer}
      except select blocked_id from blocks where user_id = ${viewer}
      except select user_id from blocks where blocked_id = ${viewer}
      except select id from users where disabled_at is not null
    ), listed as materialized (
      select moment_id as id from moment_lists where user_id = ${viewer}
    )
    select m.id from moments m
    where m.user_id = ${viewer} or (
      m.user_id in (select id from friend) and m.visible in (0, 1)
      and (m.list_kind = 0
        or m.list_kind = 1 and m.id in (select id from listed)
        or m.list_kind = 2 and m.id not in (select id from listed)))
    order by m.created_at desc, m.id desc limit ${limit}`
  return rows.map((row) => Number(row.id))
}
