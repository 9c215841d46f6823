// Random worlds of people who befriend, block, post and respond, and their rows in Postgres.
import { listKind } from '../../src/features/moments/policy.ts'
import type { Sql } from '../../src/infra/db.ts'
import type { Post, World } from './moments.oracle.ts'

export interface Sizes {
  readonly seed: number
  readonly people: number
  readonly posts: number
}

/** Ids of a world begin here, so that many worlds stand in one database. */
export function makeWorld({ seed, people: count, posts: postCount }: Sizes, base: number): World {
  const { chance, below, pick } = dice(seed)
  const people = Array.from({ length: count }, (_, n) => base + n)
  // Some worlds are close, some are lonely, some are quarrelsome.
  const [closeness, quarrels] = [0.05 + chance() * 0.6, chance() * 0.15]
  const friends = new Set<string>()
  const blocks = new Set<string>()
  for (const one of people) {
    for (const other of people) {
      if (one < other && chance() < closeness) friends.add(`${one},${other}`).add(`${other},${one}`)
      if (one !== other && chance() < quarrels) blocks.add(`${one},${other}`)
    }
  }
  const some = () => people.filter(() => chance() < 0.3)
  const posts = Array.from({ length: postCount }, (_, n): Post => {
    const author = pick(people)
    const visible = pick([0, 0, 1, 1, 2] as const)
    const listed = some().filter((each) => each !== author)
    const list =
      visible === 2 || listed.length === 0 ? 'none' : pick(['none', 'allow', 'deny'] as const)
    // Few different times, so that many moments share one.
    const at = 1_800_000_000_000 + base + below(20)
    return { id: base + n, author, visible, list, listed: list === 'none' ? [] : listed, at }
  })
  const likes = posts.flatMap((post) =>
    people.filter(() => chance() < 0.15).map((by) => ({ post: post.id, by })),
  )
  const comments: World['comments'][number][] = []
  for (let n = 0; n < postCount * 4; n++) {
    const post = pick(posts).id
    const earlier = comments.filter((each) => each.post === post)
    const answers = earlier.length > 0 && chance() < 0.5 ? pick(earlier).id : null
    comments.push({ id: base * 10 + n, post, by: pick(people), answers })
  }
  return {
    people,
    disabled: new Set(people.filter(() => chance() < 0.08)),
    friends,
    blocks,
    posts,
    likes: likes.map((like, n) => ({ ...like, id: base * 100 + n })),
    comments,
  }
}

function dice(seed: number) {
  let state = seed >>> 0
  // mulberry32
  const chance = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (top: number) => Math.floor(chance() * top)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  return { chance, below, pick }
}

/** Straight into the tables: what no door would let happen is asked as well. */
export async function storeWorld(sql: Sql, world: World): Promise<void> {
  const pairs = (all: ReadonlySet<string>) => {
    const each = [...all].map((pair) => pair.split(',').map(Number) as [number, number])
    return [each.map(([one]) => one), each.map(([, other]) => other)] as const
  }
  const { people, posts, likes, comments } = world
  await sql`
    insert into users (id, user_id, email, nickname, disabled_at, deletes_at)
      overriding system value
    select id, 'p-' || id, id || '@world.invalid', '',
      case when gone and id % 2 = 0 then now() end, case when gone and id % 2 = 1 then now() end
    from unnest(${[...people]}::bigint[]) id,
      lateral (select id = any(${[...world.disabled]}::bigint[]) as gone) g`
  const [friend1, friend2] = pairs(world.friends)
  await sql`
    insert into friends (user_id, friend_id)
    select * from unnest(${friend1}::bigint[], ${friend2}::bigint[])`
  const [block1, block2] = pairs(world.blocks)
  await sql`
    insert into blocks (user_id, blocked_id)
    select * from unnest(${block1}::bigint[], ${block2}::bigint[])`
  await sql`
    insert into moments (id, user_id, content, visible, list_kind, created_at)
      overriding system value
    select id, author, 'words', visible, kind, to_timestamp(at / 1000.0)
    from unnest(${posts.map((each) => each.id)}::bigint[],
      ${posts.map((each) => each.author)}::bigint[], ${posts.map((each) => each.visible)}::int[],
      ${posts.map((each) => listKind[each.list])}::int[], ${posts.map((each) => each.at)}::bigint[]
    ) p (id, author, visible, kind, at)`
  const lists = posts.flatMap((post) => post.listed.map((user) => [post.id, user] as const))
  await sql`
    insert into moment_lists (moment_id, user_id, is_allowed, created_at)
    select m.id, l.user_id, m.list_kind = 1, m.created_at
    from unnest(${lists.map(([post]) => post)}::bigint[],
      ${lists.map(([, user]) => user)}::bigint[]) l (moment_id, user_id)
      join moments m on m.id = l.moment_id`
  await sql`
    insert into moment_likes (id, moment_id, user_id) overriding system value
    select * from unnest(${likes.map((each) => each.id)}::bigint[],
      ${likes.map((each) => each.post)}::bigint[], ${likes.map((each) => each.by)}::bigint[])`
  await sql`
    insert into moment_comments (id, moment_id, user_id, reply_to_id, content)
      overriding system value
    select id, post, by, nullif(answers, 0), 'words' from unnest(
      ${comments.map((each) => each.id)}::bigint[], ${comments.map((each) => each.post)}::bigint[],
      ${comments.map((each) => each.by)}::bigint[],
      ${comments.map((each) => each.answers ?? 0)}::bigint[]) c (id, post, by, answers)`
}
