// Erased: what is left of somebody whose time of grace is over, whatever happens on the way.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { Directory } from '../../src/features/conversations/directory.ts'
import type { Sql } from '../../src/infra/db.ts'
import { directory } from '../../src/features/conversations/state.ts'
import { FiringClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import { newCode, password, proved } from '../support/owners.ts'
import { callOperation, type Person } from '../support/people.ts'

let app: Installation
// The sweeper comes when it is sent for: what is looked at before must not be gone already.
const clock = new FiringClock([limits.outbox.sweepMs])
beforeAll(async () => {
  app = await install({ nodes: 2, clock })
})
afterAll(() => app[Symbol.asyncDispose]())

const sql = () => app.nodes[0]!.ctx.sql

const signIn = (person: Person) =>
  callOperation(app.url(), 'accounts.loginWithPassword', { email: person.userId, password })

async function idOf({ userId }: Person): Promise<number> {
  const [row] = await sql()<{ id: number }[]>`select id from users where user_id = ${userId}`
  return row!.id
}

/** Lets the time of grace pass: every process looks who is leaving, then the row's time moves. */
async function graceIsOver(person: Person): Promise<number> {
  const id = await idOf(person)
  const all = [...app.nodes, app.workerProcess!]
  clock.fire(limits.cache.leavingMs)
  await Promise.all(all.map(({ ctx }) => ctx.of(directory).forgetLeaving()))
  await sql()`update users set deletes_at = now() - interval '1 second' where id = ${id}`
  return id
}

const sweep = () => clock.fire(limits.outbox.sweepMs)

async function erased(id: number): Promise<void> {
  await eventually(
    async () => {
      sweep()
      const [row] = await sql()`select from users where id = ${id} and deletes_at is null`
      return row !== undefined
    },
    { within: 40_000, what: 'the erasure' },
  )
}

test('whoever knew somebody who is erased catches up on it', async () => {
  const alice = await proved(app, 'alice')
  const { bob, carol, dan } = await app.people('bob', 'carol', 'dan')
  for (const friend of [bob, carol]) await alice.befriends(friend)
  const note = await alice.says(alice, 'not for anybody else')
  await alice.says(bob, 'remember me')
  const { id } = await bob.says(alice, 'always')
  await alice.does('messages.react', { id, emoji: '👍' })
  await bob.does('messages.react', { id, emoji: '👍' })
  await alice.does('messages.react', { id, emoji: '🎉' })
  await dan.does('friends.sendRequest', { to_user_id: alice.userId })
  await carol.does('friends.block', { blocked_user_id: alice.userId })
  await bob.does('groups.create', { name: 'Herons', member_ids: [alice.userId] })
  const { group_id } = await alice.does('groups.create', { name: 'Coots' })
  await alice.does('groups.invite', { group_id, invitee_user_id: bob.userId })
  const mirrors = [bob, carol, dan].map((person) => ({ person, mirror: new Mirror(person) }))
  for (const { mirror } of mirrors) await mirror.catchesUp()
  await alice.does('accounts.deleteMe', { password })
  await erased(await graceIsOver(alice))
  await eventually(async () => (await sql()`select from outbox limit 1`).length === 0)
  for (const { person, mirror } of mirrors) {
    await mirror.catchesUp()
    const { kept, fresh } = await isWhole(mirror, person)
    expect(kept).toEqual(fresh)
    expect(mirror.resets).toBe(0)
  }
  // Notes to oneself were for nobody else.
  expect(
    await sql()`
      select from conversations where id = ${note.conversation_id}
      union all select from messages where id = ${note.id}`,
  ).toHaveLength(0)
  const { list } = await bob.does('messages.reactions', { id })
  expect(list.map(({ emoji, user }) => [emoji, user.user_id])).toEqual([['👍', bob.userId]])
  const conversation = (
    await sql()<{ conversation_id: number }[]>`
    select conversation_id from messages where id = ${id}`
  )[0]!.conversation_id
  const said = (await bob.reads(conversation)).find((each) => each.id === id)
  expect(said?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }])
})

test('what is left is an author without a name; name and address can be had again', async () => {
  const alice = await proved(app, 'alice')
  const { bob, carol } = await app.people('bob', 'carol')
  const conversation = await alice.befriends(bob)
  const { id: message_id } = await alice.says(bob, 'remember me')
  for (const each of [alice, bob]) await each.does('favorites.add', { message_id })
  await carol.does('friends.sendRequest', { to_user_id: alice.userId, message: 'hi' })
  await bob.says(alice, 'always')
  const post = await alice.does('moments.create', { content: 'gone soon' })
  await bob.does('moments.like', { id: post.id })
  const theirs = await bob.does('moments.create', { content: 'stays' })
  await alice.does('moments.comment', { id: theirs.id, content: 'goes' })
  await alice.does('accounts.deleteMe', { password })
  expect((await bob.tries('moments.get', { id: post.id })).code).toBe(4401)
  expect(await bob.does('moments.comments', { id: theirs.id })).toEqual([])
  const id = await graceIsOver(alice)
  // Asked for meanwhile, the name is looked up and not remembered.
  const everywhere = [await bob.again(app.url(0)), await bob.again(app.url(1))]
  for (const there of everywhere) {
    expect(await there.reads(conversation)).toHaveLength(2)
    const late = { to_user_id: alice.userId, message_type: 1, content: 'hello?' }
    expect((await there.tries('messages.send', late)).code).toBe(4403)
  }
  await erased(id)

  const name = `deleted-${id}`
  const messages = await bob.reads(conversation)
  expect(messages.map((each) => [each.from_user_id, each.to_user_id, each.content])).toEqual([
    [name, bob.userId, 'remember me'],
    [bob.userId, name, 'always'],
  ])
  const list = (await bob.does('conversations.list')) as { user1: object; user2: object }[]
  expect([list[0]!.user1, list[0]!.user2]).toContainEqual(
    expect.objectContaining({ user_id: name, nickname: 'Deleted user', avatar: '' }),
  )
  expect(await bob.does('friends.list')).toEqual([])
  expect(await leftOf(id)).toEqual([])
  // What others keep of hers stays, as what she said does.
  expect(await bob.does('favorites.list')).toMatchObject({
    list: [{ message_id, message: { from_user_id: name, content: 'remember me' } }],
    total: 1,
  })
  for (const to of [name, alice.userId]) {
    expect((await bob.tries('friends.sendRequest', { to_user_id: to })).code).toBe(4101)
  }

  const code = await newCode(app, alice.email)
  const input = { email: alice.email, code, user_id: alice.userId, nickname: 'Another' }
  const second = await callOperation(app.url(), 'accounts.register', input)
  expect(second.code).toBe(0)
  const { token } = second.data
  expect(second.data.user.id).not.toBe(id)
  const mine = await callOperation(app.url(), 'conversations.list', { kind: 'all' }, token)
  expect(mine.data).toEqual([])
  // Every process that knew the name before now means the new one by it.
  const asked = await bob.does('friends.sendRequest', { to_user_id: alice.userId })
  await callOperation(app.url(), 'friends.acceptRequest', { request_id: asked.id }, token)
  for (const there of everywhere) {
    const said = await there.does('messages.send', {
      to_user_id: alice.userId,
      message_type: 1,
      content: 'new',
    })
    expect(said.conversation_id).not.toBe(conversation)
    expect(said.to_user_id).toBe(alice.userId)
  }
})

test('a fault on the way stops it, and the next round ends it; twice changes nothing', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  await alice.does('accounts.deleteMe', { password })
  const id = await graceIsOver(alice)
  await sql().unsafe(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'not now'; end $$;
      create trigger refuse before delete on sessions for each row execute function refuse();`)
  await eventually(async () => {
    sweep()
    return (await leftOf(id)).join() === 'known_devices,sessions'
  })
  const [half] = await sql()`select user_id, deleted_at, deletes_at from users where id = ${id}`
  expect(half).toMatchObject({ user_id: alice.userId })
  expect([half!['deleted_at'], half!['deletes_at']]).not.toContain(null)
  expect((await signIn(alice)).code).toBe(4103)
  await sql().unsafe('drop trigger refuse on sessions; drop function refuse()')
  await erased(id)
  expect(await leftOf(id)).toEqual([])

  const before = await sql()`select * from users where id = ${id}`
  await app.workerProcess!.ctx.queues.add('maintenance', 'erase', { user: id })
  await eventually(async () => {
    const { waiting, active } = (await app.workerProcess!.ctx.queues.depths()).maintenance
    return waiting + active === 0
  })
  expect(await sql()`select * from users where id = ${id}`).toEqual(before)
})

test('nobody can choose the name of a deleted person', async () => {
  for (const user_id of ['deleted-5', 'Deleted-123456']) {
    const input = { email: `${user_id}@example.com`, user_id, nickname: 'n', password }
    const refused = await callOperation(app.url(), 'accounts.registerWithPassword', input)
    expect([refused.code, refused.data as unknown]).toEqual([4102, { field: 'user_id' }])
  }
})

/** Tables in which anything points at a person still, but for messages and conversations. */
async function leftOf(id: number): Promise<string[]> {
  const columns = await sql()<{ table: string; column: string }[]>`
    select k.conrelid::regclass::text as table, a.attname as column
    from pg_constraint k join pg_attribute a
      on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    where k.confrelid = 'users'::regclass
      and k.conrelid::regclass::text not in ('conversations', 'conversation_members')
    order by 1`
  const found = await Promise.all(
    columns.map(async ({ table, column }) => {
      const rows = await sql().unsafe(`select 1 from ${table} where ${column} = ${id} limit 1`)
      return rows.length > 0 ? [table] : []
    }),
  )
  return [...new Set(found.flat())]
}

test('a name that was read before its owner left is not remembered afterwards', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  let held: Promise<void> | null = gate
  let read = 0
  const slow = async (...query: [TemplateStringsArray, ...never[]]) => {
    const wait = held
    const rows = await sql()(...query)
    read++
    await wait
    return rows
  }
  const own = new Directory(slow as unknown as Sql)
  const finding = own.find(conversation)
  await eventually(() => read === 1)
  held = null
  await alice.does('accounts.deleteMe', { password })
  await own.forgetLeaving()
  open()
  expect((await finding)?.kind).toBe('direct')
  expect(own.peek(conversation)).toBeUndefined()
})
