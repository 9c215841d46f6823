// Finding people: cards, exact ids, how an id or nickname begins; bounded, private, by index.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { limits } from '../../src/limits.ts'
import { searchPeople } from '../../src/features/friends/search.store.ts'
import type { Sql } from '../../src/infra/db.ts'
import type { Card } from '../../src/protocol/friends.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let sql: Sql
beforeAll(async () => {
  app = await install()
  sql = app.nodes[0]!.ctx.sql
})
afterAll(() => app[Symbol.asyncDispose]())

const find = async (by: Person, keyword: string) =>
  (await by.does('friends.search', { keyword })) as Card[]
const names = async (by: Person, keyword: string) =>
  (await find(by, keyword)).map((each) => each.nickname)
const call = (person: Person, nickname: string) => person.does('accounts.updateMe', { nickname })

test('a card says what somebody is to me, and never their address', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await bob.does('accounts.updateMe', { bio: 'Gone birding.' })
  const card = async (by: Person, of: Person) => {
    const user_id = of.userId.toUpperCase()
    const [shown, found] = [
      await by.does('friends.card', { user_id }),
      await by.does('friends.search', { user_id }),
    ]
    expect(found).toEqual(shown)
    expect(JSON.stringify(shown)).not.toContain('@')
    return shown
  }
  const status = async (by: Person, of: Person) => (await card(by, of)).relationship_status
  expect(await card(alice, bob)).toMatchObject({
    user_id: bob.userId,
    nickname: 'bob',
    bio: 'Gone birding.',
    relationship_status: 'none',
  })
  expect(await status(alice, alice)).toBe('self')
  const { id } = await alice.does('friends.sendRequest', { to_user_id: bob.userId })
  expect([await status(alice, bob), await status(bob, alice)]).toEqual([
    'pending_sent',
    'pending_received',
  ])
  await bob.does('friends.acceptRequest', { request_id: id })
  expect([await status(alice, bob), await status(bob, alice)]).toEqual(['friend', 'friend'])
  await sql`update users set disabled_at = now() where user_id = ${bob.userId}`
  for (const name of ['friends.card', 'friends.search'] as const) {
    const gone = await alice.tries(name, { user_id: bob.userId })
    expect([gone.status, gone.code]).toEqual([404, 4101])
  }
})

test('the card hides no other route', async () => {
  const { alice } = await app.people('alice')
  expect(await alice.does('accounts.me')).toHaveProperty('email')
  expect(await alice.does('accounts.sessions')).toHaveLength(1)
  expect(await alice.does('friends.blockedList')).toEqual([])
  expect((await alice.tries('friends.card', { user_id: 'x' })).code).toBe(4010)
})

test('a keyword finds how an id or nickname begins, in any case and script', async () => {
  const { alice, bob, carol, dave, erin } = await app.people(
    'alice',
    'bob',
    'carol',
    'dave',
    'erin',
  )
  await call(bob, '王小明')
  await call(carol, '王大文')
  await call(dave, 'Élodie Weiß')
  await call(erin, 'ZZ top')
  expect(await names(alice, '王')).toEqual(['王大文', '王小明'])
  expect(await names(alice, '王小')).toEqual(['王小明'])
  // The beginning, not any part.
  expect(await names(alice, '小明')).toEqual([])
  for (const keyword of ['éLOD', 'Élodie weiß', ` élodie `]) {
    expect(await names(alice, keyword)).toEqual(['Élodie Weiß'])
  }
  expect(await names(alice, 'zZ T')).toEqual(['ZZ top'])
  expect(await names(alice, erin.userId.slice(0, -1).toUpperCase())).toEqual(['ZZ top'])
  for (const keyword of ['', '   ']) {
    const empty = await alice.tries('friends.search', { keyword })
    expect([empty.status, empty.code]).toEqual([422, 4311])
  }
  expect((await alice.tries('friends.search')).code).toBe(4311)
  expect((await alice.tries('friends.search', { keyword: 'x'.repeat(255) })).code).toBe(4010)
})

test('the exact id first, then friends, then the others; each person once', async () => {
  const { alice, bob, carol, dave, erin } = await app.people(
    'alice',
    'bob',
    'carol',
    'dave',
    'erin',
  )
  const keyword = bob.userId
  await call(carol, `${keyword} A`)
  await call(dave, `${keyword} B`)
  await call(erin, `${keyword} C`)
  await call(bob, `${keyword} D`)
  await alice.befriends(erin)
  const found = await find(alice, keyword.toUpperCase())
  expect(found.map((each) => [each.user_id, each.relationship_status])).toEqual([
    [bob.userId, 'none'],
    [erin.userId, 'friend'],
    [carol.userId, 'none'],
    [dave.userId, 'none'],
  ])
})

test('an address finds its owner whole and proved, and is never shown', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  expect(await names(alice, bob.email)).toEqual([])
  await sql`update users set email_verified_at = now() where user_id = ${bob.userId}`
  const found = await find(alice, bob.email.toUpperCase())
  expect(found.map((each) => each.user_id)).toEqual([bob.userId])
  expect(JSON.stringify(found)).not.toContain('@')
  expect(await names(alice, bob.email.slice(0, -1))).toEqual([])
})

test('nobody sees whom they may not: disabled, blocking, blocked', async () => {
  const people = await app.people('alice', 'bob', 'carol', 'dave')
  const { alice, bob, carol, dave } = people
  const nickname = `Quill ${alice.userId}`
  for (const each of Object.values(people)) await call(each, nickname)
  expect(await find(alice, nickname)).toHaveLength(4)
  await alice.does('friends.block', { blocked_user_id: bob.userId })
  await carol.does('friends.block', { blocked_user_id: alice.userId })
  await sql`update users set disabled_at = now() where user_id = ${dave.userId}`
  expect((await find(alice, nickname)).map((each) => each.user_id)).toEqual([alice.userId])
  expect((await find(bob, nickname)).map((each) => each.user_id)).not.toContain(alice.userId)
  for (const { email } of [bob, carol, dave]) {
    await sql`update users set email_verified_at = now() where email = ${email}`
    expect(await find(alice, email)).toEqual([])
  }
})

test('what is typed is text and no pattern', async () => {
  const { alice, bob, carol, dave } = await app.people('alice', 'bob', 'carol', 'dave')
  await call(bob, '%percent')
  await call(carol, '_under')
  await call(dave, '\\back')
  expect(await names(alice, '%')).toEqual(['%percent'])
  expect(await names(alice, '\\')).toEqual(['\\back'])
  expect(await names(alice, '_')).toEqual(['_under'])
  for (const keyword of ['%ercent', '_nder', '\\%', '%%', "' or 1=1 --", '%_under']) {
    expect(await names(alice, keyword)).toEqual([])
  }
})

test('among fifty thousand: twenty at most, and every part reads an index', async () => {
  const { alice } = await app.people('alice')
  const { id } = await alice.does('accounts.me')
  await sql`
    insert into users (user_id, email, nickname)
    select 'crowd-' || n, n || '@crowd.example', case when n % 2 = 0 then 'Crowd ' else '众人 ' end || n
    from generate_series(1, 50000) n`
  await sql`
    insert into friends (user_id, friend_id)
    select ${id}, id from users where user_id like 'crowd-%' order by id limit 500`
  // Whoever the keyword fits is hidden from her for the first hundred: they are walked past.
  await sql`
    insert into blocks (user_id, blocked_id)
    select id, ${id} from users where user_id like 'crowd-1%' order by lower(user_id) limit 100`
  await sql`analyze users, friends, blocks`
  expect(await find(alice, 'c')).toHaveLength(limits.friends.foundMax)
  const found = await find(alice, '众人')
  expect(found).toHaveLength(limits.friends.foundMax)
  expect(found.every((each) => each.nickname.startsWith('众人'))).toBe(true)

  await using watched = watch(app.config.databaseUrl)
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    for (const keyword of ['c', 'crowd-1', 'crowd-49999', '众', 'Crowd 4999', 'nobody at all']) {
      const { scans, pages } = await watched.explain(mode, (each) =>
        searchPeople(each, id, keyword, keyword),
      )
      expect([mode, keyword, scans]).toEqual([mode, keyword, []])
      // Five hundred friends, each looked up with whom they block and who may find them, are three thousand.
      expect([mode, keyword, pages]).toEqual([mode, keyword, Math.min(pages, 5_000)])
    }
  }
})

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

/** A connection that knows what it was asked, to ask how that is done. */
function watch(url: string) {
  let asked = { text: '', values: [] as unknown[] }
  const own = postgres(url, {
    max: 1,
    debug: (_, text, values) => (asked = { text, values: values as unknown[] }),
  })
  return {
    async explain(mode: string, ask: (sql: Sql) => Promise<unknown>) {
      await ask(own as unknown as Sql)
      const { text, values } = asked
      const list = values.map((value) => `'${String(value)}'`).join()
      await own.unsafe(`set plan_cache_mode = ${mode}`)
      await own.unsafe(`prepare asked as ${text}`)
      const [row] = await own.unsafe(
        `explain (analyze, buffers, format json) execute asked(${list})`,
      )
      await own.unsafe('deallocate asked')
      const root = row!['QUERY PLAN'][0].Plan as Node
      const walk = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(walk)]
      const whole = (node: Node) =>
        node['Relation Name'] === 'users' &&
        (node['Node Type'] === 'Seq Scan' || (node['Rows Removed by Filter'] ?? 0) > 1_000)
      return {
        scans: walk(root).filter(whole),
        pages: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
      }
    },
    [Symbol.asyncDispose]: () => own.end(),
  }
}
