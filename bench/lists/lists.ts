// What do the list of conversations and the unread count cost somebody who has many: the product's routes
// against one bare look into an index, in an installation of few people and among many.
import postgres, { type Sql } from 'postgres'
import type { Options } from '../lib/options.ts'
import { coresOfOthers, readCpu } from '../lib/proc.ts'
import { writeResult } from '../lib/results.ts'
import { settle } from '../lib/settle.ts'
import type { Stack } from '../lib/stack.ts'
import { times, timesOf } from '../lib/times.ts'
import { printLists } from './table.ts'
import type { ListsResult } from '../measured.ts'
import { openDoor, type Answer } from '../product/door.ts'
import { prepareProduct, type Product } from '../product/processes.ts'

type Installation = ListsResult['installations'][number]

interface Owner {
  readonly id: number
  readonly kind: 'people' | 'groups'
  readonly conversations: number
}

/** The first people; whom they write to comes after them. */
const owners: readonly Owner[] = [
  { id: 1, kind: 'people', conversations: 21 },
  { id: 2, kind: 'people', conversations: 2_000 },
  { id: 3, kind: 'groups', conversations: 500 },
]
const peersMax = Math.max(...owners.map((owner) => owner.conversations))
const inGroup = 10
/** Of each conversation its owner has read all but these. */
const unreadEach = 3

export async function benchLists(stack: Stack, options: Options) {
  const repeats = options.quick ? 50 : 300
  const product = await prepareProduct(stack, 'curlew_bench_lists')
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  const watched = new Map([...stack.watched, ['bench', { pid: process.pid, family: false }]])
  const bare: number[][] = []
  const installations: Installation[] = []
  let busy = 0
  try {
    for (const others of [0, options.quick ? 2_000 : 18_000]) {
      console.log('seeding …')
      const conversations = await seed(sql, others)
      const api = product.start('api', 'src/main.ts')
      try {
        await product.ready(api)
        const all = new Map([...watched, ['api', { pid: api.pid, family: false }]])
        const before = readCpu(all)
        const look = () => bareLook(sql)
        for (let round = 0; round < options.rounds; round++) bare.push(await times(repeats, look))
        const measured = await Promise.all(
          owners.map(async (owner) => ({ owner, ask: await doorOf(product, sql, owner) })),
        )
        const found: Installation['owners'][number][] = []
        for (const { owner, ask } of measured)
          found.push(await measure(owner, ask, options, repeats))
        installations.push({ conversations, owners: found })
        busy = Math.max(busy, coresOfOthers(before, readCpu(all)))
      } finally {
        await api.stop()
      }
    }
  } finally {
    await sql.end()
  }
  const { machine } = stack
  const { partial, rounds } = options
  const result: ListsResult = {
    machine,
    partial,
    rounds,
    bare: timesOf(bare),
    installations,
    coresOfOthers: busy,
  }
  console.log(printLists(result))
  await writeResult('lists', result)
  const bad = installations.flatMap((each) => each.owners.flatMap((owner) => owner.void))
  if (bad.length > 0) process.exitCode = 1
}

async function measure(owner: Owner, ask: Ask, options: Options, repeats: number) {
  const list: number[][] = []
  const unread: number[][] = []
  const wrong = new Set<string>()
  // Compilers, caches and plans settle before anything counts.
  for (let n = 0; n < 300; n++) await Promise.all([ask.list(), ask.unread()])
  for (let round = 0; round < options.rounds; round++) {
    list.push(
      await times(
        repeats,
        async () => {
          const { ms, data } = await ask.list()
          if ((data as { list: unknown[] }).list.length !== 20)
            wrong.add('a page without its twenty')
          return ms
        },
        'own',
      ),
    )
    unread.push(
      await times(
        repeats,
        async () => {
          const { ms, data } = await ask.unread()
          if (countOf(data) !== unreadEach * owner.conversations) wrong.add('a wrong count')
          return ms
        },
        'own',
      ),
    )
  }
  const { conversations, kind } = owner
  return { conversations, kind, list: timesOf(list), unread: timesOf(unread), void: [...wrong] }
}

interface Ask {
  list(): Promise<Answer>
  unread(): Promise<Answer>
}

async function doorOf(product: Product, sql: Sql, owner: Owner): Promise<Ask> {
  const ask = await openDoor(product, sql, owner.id)
  const list = `messages/conversations?limit=20&kind=${owner.kind === 'groups' ? 'group' : 'direct'}`
  const groups = await sql<{ group_id: string }[]>`
    select group_id from conversations c join conversation_members m on m.conversation_id = c.id
    where kind = 2 and m.user_id = ${owner.id}`
  const body = JSON.stringify({ group_ids: groups.map(({ group_id }) => group_id) })
  return {
    list: () => ask(list),
    unread: () =>
      owner.kind === 'groups'
        ? ask('groups/unread-counts-batch', { method: 'POST', body })
        : ask('messages/unread-count'),
  }
}

/** What is unread in all conversations, or by group. */
function countOf(data: unknown): number {
  const { count } = data as { count?: number }
  if (count !== undefined) return count
  return Object.values(data as Record<string, number>).reduce((sum, each) => sum + each, 0)
}

/**
 * Owners and the people they write to, and `others` who write to each other, ten conversations each.
 * With others an owner's conversations lie scattered among theirs.
 */
async function seed(sql: Sql, others: number): Promise<number> {
  const first = owners.length + 1
  const people = owners.length + peersMax + others
  await sql`truncate users restart identity cascade`
  await sql`truncate conversations restart identity cascade`
  await sql`
    insert into users (user_id, email, nickname)
    select 'bench' || lpad(n::text, 6, '0'), n || '@bench.invalid', 'Bench ' || n
    from generate_series(1, ${people}::int) n`
  await sql`insert into sessions (user_id, device_id) select id, '' from users
    where id <= ${owners.length}`
  const beyond = owners.length + peersMax
  const pairs = owners.filter(({ kind }) => kind === 'people')
  await sql`
    insert into conversations (kind, user1_id, user2_id, last_seq, version, last_message_at)
    select 1, a, b, 10, 10, timestamptz '2026-01-01' + (a * 31 + b * 7919) % 100000 * interval '1 second'
    from (
      select o.id as a, ${first} + n as b
      from unnest(${pairs.map(({ id }) => id)}::int[],
          ${pairs.map(({ conversations }) => conversations)}::int[]) as o (id, count),
        generate_series(0, o.count - 1) n
      union all
      select ${beyond} + n, ${beyond} + n + k
      from generate_series(1, ${others}::int - 10) n, generate_series(1, 10) k
    ) pairs order by (a * 131 + b * 17) % 20011`
  await sql`
    insert into conversation_members (conversation_id, user_id, read_seq, read_count, is_direct)
    select id, member, 10 - ${unreadEach}::int, 10 - ${unreadEach}::int, true
    from conversations, lateral (values (user1_id), (user2_id)) as both_of (member) order by id`
  for (const owner of owners) if (owner.kind === 'groups') await seedGroups(sql, owner)
  await settle(sql)
  const [row] = await sql<[{ count: string }]>`select count(*) from conversations`
  return Number(row.count)
}

/** Their groups, with nine of the peers in each, who have said all there is. */
async function seedGroups(sql: Sql, { id, conversations }: Owner): Promise<void> {
  await sql`
    with made as (
      insert into conversations (kind, group_id, last_seq, version, last_message_at)
      select 2, 'G' || lpad(translate(n::text, '01', 'AB'), 12, 'A'), 10, 10,
        timestamptz '2026-01-01' + n * 7919 % 100000 * interval '1 second'
      from generate_series(1, ${conversations}::int) n
      returning id
    ), named as (
      insert into groups (conversation_id, name, owner_id, max_members, member_count)
      select id, 'Bench', ${id}, 500, ${inGroup} from made
    )
    insert into conversation_members (conversation_id, user_id, read_seq, read_count)
    select made.id,
      case n when 0 then ${id} else ${owners.length} + 1 + (made.id * 7 + n) % ${peersMax} end,
      10 - ${unreadEach}::int, case n when 0 then 10 - ${unreadEach}::int else 0 end
    from made, generate_series(0, ${inGroup}::int - 1) n`
}

/** Twenty memberships of one person, out of an index. */
async function bareLook(sql: Sql) {
  await sql`select * from conversation_members where user_id = ${owners[1]!.id} limit 20`
}
