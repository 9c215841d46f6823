// Friend requests: withdrawn, expired, listed by status, bounded; remarks; accounts that go.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { custody } from '../../src/features/friends/custody.ts'
import type { Sql } from '../../src/infra/db.ts'
import { forgetOld } from '../../workers/retention.ts'
import { Sweeper } from '../../workers/sweeper.ts'
import type { FriendRequest } from '../../src/protocol/friends.ts'
import { taken } from '../support/custody.ts'
import { openDatabase } from '../support/database.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { keeping } from '../support/no-files.ts'

let app: Installation
let sql: Sql
beforeAll(async () => {
  app = await install()
  sql = app.nodes[0]!.ctx.sql
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = (from: Person, to: Person) =>
  from.does('friends.sendRequest', { to_user_id: to.userId })

/** As if it had been made so long ago. */
const age = (id: number, ms: number) =>
  sql`update friend_requests set created_at = created_at - ${ms / 1000} * interval '1 second'
    where id = ${id}`

const idOf = async (person: Person) => (await person.does('accounts.me')).id

test('a request is withdrawn by who made it, while it waits', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  const { id: request_id } = await ask(alice, bob)
  for (const other of [bob, carol]) {
    expect((await other.tries('friends.withdrawRequest', { request_id })).code).toBe(4204)
  }
  expect((await alice.does('friends.withdrawRequest', { request_id })).status).toBe(4)
  expect((await alice.tries('friends.withdrawRequest', { request_id })).code).toBe(4204)
  expect((await bob.tries('friends.acceptRequest', { request_id })).code).toBe(4204)
  expect(await bob.does('friends.receivedRequests', { status: 0 })).toEqual([])
  // There is room for another.
  const again = await ask(alice, bob)
  await bob.does('friends.acceptRequest', { request_id: again.id })
  const late = await alice.tries('friends.withdrawRequest', { request_id: again.id })
  expect(late.code).toBe(4204)
})

test('withdrawn and accepted at once, twenty times each: one of them holds', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const { id: request_id } = await ask(alice, bob)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      n % 2
        ? alice.tries('friends.withdrawRequest', { request_id })
        : bob.tries('friends.acceptRequest', { request_id }),
    ),
  )
  const [won, ...more] = answers.filter((each) => each.code === 0)
  expect(more).toEqual([])
  expect(new Set(answers.map((each) => each.code))).toEqual(new Set([0, 4204]))
  expect(await alice.does('friends.list')).toHaveLength(won?.data.status === 1 ? 1 : 0)
})

test('after 30 days a request has expired, swept or not, and another may be made', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const { id: request_id } = await ask(alice, bob)
  const life = limits.friends.requestLifeMs
  await age(request_id, life - 60_000)
  expect(await bob.does('friends.receivedRequests', { status: 0 })).toHaveLength(1)
  await age(request_id, 60_000)
  const seen = async () => {
    expect((await bob.tries('friends.acceptRequest', { request_id })).code).toBe(4204)
    expect((await bob.tries('friends.rejectRequest', { request_id })).code).toBe(4204)
    expect((await alice.tries('friends.withdrawRequest', { request_id })).code).toBe(4204)
    expect(await bob.does('friends.receivedRequests', { status: 0 })).toEqual([])
    const card = await alice.does('friends.card', { user_id: bob.userId })
    expect(card.relationship_status).toBe('none')
    const [all, expired] = await Promise.all([
      alice.does('friends.sentRequests'),
      alice.does('friends.sentRequests', { status: 3 }),
    ])
    expect(expired).toEqual(all)
    return expired
  }
  const before = await seen()
  expect(before.map((each) => [each.id, each.status])).toEqual([[request_id, 3]])
  const { created_at, updated_at } = before[0]!
  expect(Date.parse(updated_at) - Date.parse(created_at)).toBe(life)
  await new Sweeper(app.workerProcess!.ctx).sweep()
  const [row] = await sql`select status from friend_requests where id = ${request_id}`
  expect(row?.status).toBe(3)
  expect(await seen()).toEqual(before)
  const again = await ask(alice, bob)
  expect((await bob.does('friends.acceptRequest', { request_id: again.id })).status).toBe(1)
})

test('an expired request that no sweeper saw makes room, in both directions', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const first = await ask(alice, bob)
  await age(first.id, limits.friends.requestLifeMs)
  // No answer to what has expired, but a request of their own.
  const second = await ask(bob, alice)
  expect([second.status, second.from_user_id]).toEqual([0, bob.userId])
  expect((await alice.does('friends.sentRequests')).map((each) => each.status)).toEqual([3])
})

test('requests are listed by status; without one, all of them, newest first', async () => {
  const { alice, ...others } = await app.people('alice', 'b1', 'b2', 'b3', 'b4', 'b5')
  const people = Object.values(others) as Person[]
  const made: FriendRequest[] = []
  for (const other of people) made.push(await ask(alice, other))
  const answer = (n: number) => ({ request_id: made[n]!.id })
  await people[1]!.does('friends.acceptRequest', answer(1))
  await people[2]!.does('friends.rejectRequest', answer(2))
  await age(made[3]!.id, limits.friends.requestLifeMs)
  await alice.does('friends.withdrawRequest', answer(4))
  for (const [status, request] of made.entries()) {
    const listed = await alice.does('friends.sentRequests', { status })
    expect(listed.map((each) => [each.id, each.status])).toEqual([[request.id, status]])
    const received = await people[status]!.does('friends.receivedRequests', { status })
    expect(received).toEqual(listed)
    expect(received[0]).not.toHaveProperty('from_user.email')
  }
  const newest = made.map((each) => each.id).toReversed()
  for (const input of [{}, { status: -1 }]) {
    const all = await alice.does('friends.sentRequests', input)
    expect(all.map((each) => each.id)).toEqual(newest)
  }
  expect((await alice.tries('friends.sentRequests', { status: 5 })).code).toBe(4010)
  expect((await alice.tries('friends.sentRequests', { status: 'x' })).code).toBe(4010)
})

test('a remark is mine alone', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  const friend_id = bob.userId.toUpperCase()
  const named = await alice.does('friends.updateRemark', { friend_id, remark: '湖边的 Bob' })
  expect(named).toMatchObject({ friend_id: bob.userId, remark: '湖边的 Bob' })
  expect(await alice.does('friends.list')).toEqual([named])
  expect((await bob.does('friends.list'))[0]?.remark).toBe('')
  const rename = (who: Person, remark: string) =>
    alice.tries('friends.updateRemark', { friend_id: who.userId, remark })
  expect((await rename(carol, 'x')).code).toBe(4201)
  expect((await rename(alice, 'x')).code).toBe(4201)
  expect((await rename(bob, 'x'.repeat(65))).code).toBe(4010)
  expect((await rename(bob, 'x'.repeat(64))).code).toBe(0)
  expect((await rename(bob, '')).data).toMatchObject({ remark: '' })
})

test('a friend whose account is disabled can still be renamed and removed', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  await sql`update users set disabled_at = now() where user_id = ${bob.userId}`
  const friend_id = bob.userId
  expect((await alice.tries('friends.updateRemark', { friend_id, remark: 'gone' })).code).toBe(0)
  expect((await alice.tries('friends.remove', { friend_id })).code).toBe(0)
  expect(await alice.does('friends.list')).toEqual([])
})

test('any number expires, a batch at a time', async () => {
  // A database that no sweeper looks at meanwhile.
  await using database = await openDatabase()
  const { sql: calm } = database
  const count = 2 * limits.retention.rowsMax + 1
  const [alice] = await crowd(calm, 'alice', 1)
  await calm`
    insert into friend_requests (from_id, to_id, created_at)
    select ${alice!}, unnest(${await crowd(calm, 'late', count)}::bigint[]),
      now() - interval '31 days'`
  const expired = async () =>
    (await forgetOld({ sql: calm, ...keeping }, new Date(), 'small'))['friend requests'] as number
  expect(await expired()).toBe(count)
  expect(await expired()).toBe(0)
  const { length } = await calm`select 1 from friend_requests where status = 0
    and created_at < now() - interval '30 days'`
  expect(length).toBe(0)
})

async function crowd(database: Sql, name: string, count: number): Promise<number[]> {
  const rows = await database<{ id: number }[]>`
    insert into users (user_id, email, nickname)
    select ${name}::text || n, ${name}::text || n || '@crowd.example', 'One of many'
    from generate_series(1, ${count}) n returning id`
  return rows.map((row) => row.id)
}

test('there is a bound to friends, and to requests that wait on either side', async () => {
  const { alice, bob, carol, dave } = await app.people('alice', 'bob', 'carol', 'dave')
  const { perPersonMax, waitingMax } = limits.friends
  const many = await crowd(sql, 'many', perPersonMax)
  const [a, b, c] = [await idOf(alice), await idOf(bob), await idOf(carol)]
  const waiting = many.slice(0, waitingMax)
  await sql`insert into friends (user_id, friend_id)
    select ${a}::bigint, unnest(${many.slice(0, -1)}::bigint[])`
  await sql`insert into friend_requests (from_id, to_id)
    select ${b}::bigint, unnest(${waiting}::bigint[])`
  await sql`insert into friend_requests (from_id, to_id)
    select unnest(${waiting}::bigint[]), ${c}::bigint`

  // One more fits; the next does not, whoever accepts it, and its request still waits.
  await alice.befriends(dave)
  const request = await ask(carol, alice)
  const full = await alice.tries('friends.acceptRequest', { request_id: request.id })
  expect([full.status, full.code, full.data]).toEqual([
    409,
    4009,
    { field: 'friends', max: perPersonMax },
  ] as never)
  expect(await alice.does('friends.receivedRequests', { status: 0 })).toHaveLength(1)

  const refused = async (from: Person, to: Person) => {
    const answer = await from.tries('friends.sendRequest', { to_user_id: to.userId })
    return [answer.code, (answer.data as unknown as { field?: string } | null)?.field]
  }
  expect(await refused(bob, dave)).toEqual([4009, 'sent_requests'])
  expect(await refused(dave, carol)).toEqual([4009, 'received_requests'])
  expect(await carol.does('friends.receivedRequests', { status: 0 })).toHaveLength(waitingMax)
  await sql`update friend_requests set created_at = created_at - interval '31 days'
    where from_id = ${waiting[0]!} or to_id = ${waiting[0]!}`
  expect(await refused(bob, dave)).toEqual([0, undefined])
  expect(await refused(dave, carol)).toEqual([0, undefined])
})

test('an account that goes leaves nothing, a batch at a time; and takes its own things along', async () => {
  const { alice, bob, carol, dave, erin } = await app.people(
    'alice',
    'bob',
    'carol',
    'dave',
    'erin',
  )
  await alice.befriends(bob)
  const conversation = await carol.befriends(alice)
  await alice.does('friends.updateRemark', { friend_id: bob.userId, remark: 'Bobby' })
  await ask(dave, alice)
  await alice.does('friends.block', { blocked_user_id: erin.userId })
  await bob.does('friends.block', { blocked_user_id: dave.userId })
  const a = await idOf(alice)

  expect(await taken(custody.export.friends, sql, a, 1)).toMatchObject([
    { friend_id: bob.userId, remark: 'Bobby' },
    { friend_id: carol.userId, remark: '' },
  ])
  expect(await taken(custody.export.friend_requests, sql, a, 1)).toMatchObject([
    { from_user_id: alice.userId, to_user_id: bob.userId, status: 1 },
    { from_user_id: carol.userId, to_user_id: alice.userId, status: 1 },
    { from_user_id: dave.userId, to_user_id: alice.userId, status: 0 },
  ])
  expect(await taken(custody.export.blocks, sql, a, 1)).toMatchObject([
    { blocked_user_id: erin.userId },
  ])

  const batches: number[] = []
  for (;;) {
    const count = await custody.erase!(sql, a, 2)
    if (count === 0) break
    batches.push(count)
  }
  expect(Math.max(...batches)).toBe(2)
  const left = await sql`
    select 1 from friends where ${a} in (user_id, friend_id)
    union all select 1 from friend_requests where ${a} in (from_id, to_id)
    union all select 1 from blocks where ${a} in (user_id, blocked_id)`
  expect(left.length).toBe(0)
  expect(await carol.does('friends.list')).toEqual([])
  const send = { conversation_id: conversation, message_type: 1, content: 'are you there?' }
  expect((await carol.tries('messages.send', send)).code).toBe(4403)
  // Others' things are theirs.
  expect(await bob.does('friends.blockedList')).toHaveLength(1)
})
