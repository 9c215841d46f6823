// Check, then act: a hundred at once over two nodes, and what is allowed once happens once.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, type Answer, type Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const hundred = <T>(ask: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 100 }, (_, n) => ask(n)))
const at = (node: number, who: Person, name: string, input: object): Promise<Answer> =>
  callOperation(app.url(node & 1), name as never, input as never, who.token)

/** Answers by code, so that a refusal of an unexpected kind shows. */
function count(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { code } of answers) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

async function pair(a: Person, b: Person) {
  const { sql } = app.nodes[0]!.ctx
  const [row] = await sql`
    with two as (select id from users where user_id in (${a.userId}, ${b.userId}))
    select
      (select count(*)::int from friends
       where user_id in (select id from two) and friend_id in (select id from two)) as friends,
      (select count(*)::int from conversations
       where user1_id in (select id from two) and user2_id in (select id from two)) as conversations,
      (select count(*)::int from friend_requests
       where from_id in (select id from two) and to_id in (select id from two)) as requests,
      (select bool_and(is_open) from conversations
       where user1_id in (select id from two) and user2_id in (select id from two)) as open`
  return row as unknown as {
    friends: number
    conversations: number
    requests: number
    open: boolean
  }
}

/** How many statements wait for a lock in our database. */
async function waiting(): Promise<number> {
  const rows = await app.nodes[0]!.ctx.sql`
    select from pg_locks l join pg_stat_activity a using (pid)
    where not l.granted and a.datname = current_database()`
  return rows.length
}

test('38 ASVS 15.4.2, 2.3.4: a hundred requests at once are one', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const answers = await hundred((n) =>
    at(n, alice, 'friends.sendRequest', { to_user_id: bob.userId }),
  )
  expect(count(answers)).toEqual({ 0: 1, 4203: 99 })
  expect(await pair(alice, bob)).toEqual({ friends: 0, conversations: 0, requests: 1, open: null! })
})

test('38 ASVS 15.4.2, 2.3.4: a hundred acceptances at once are one friendship, told once', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const device = await alice.connects()
  const { id } = await alice.does('friends.sendRequest', { to_user_id: bob.userId })
  const answers = await hundred((n) => at(n, bob, 'friends.acceptRequest', { request_id: id }))
  expect(count(answers)).toEqual({ 0: 1, 4204: 99 })
  expect(await pair(alice, bob)).toEqual({ friends: 2, conversations: 1, requests: 1, open: true })
  await device.hears('friend_accepted')
  await bob.says(alice, 'after')
  await device.hears('message')
  expect(device.all('friend_accepted')).toHaveLength(1)
})

test('38 ASVS 15.4.2, 2.3.4: both ask fifty times while each may be accepted: one friendship', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await hundred((n) => {
    const [from, to] = n & 2 ? [alice, bob] : [bob, alice]
    return at(n, from, 'friends.sendRequest', { to_user_id: to.userId })
  })
  expect(await pair(alice, bob)).toMatchObject({ friends: 2, conversations: 1, requests: 1 })
})

test('38 ASVS 15.4.2, 2.3.4: accepted and rejected at once, one of both happened', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const { id: request_id } = await alice.does('friends.sendRequest', { to_user_id: bob.userId })
  const answers = await hundred((n) =>
    at(n, bob, n & 2 ? 'friends.acceptRequest' : 'friends.rejectRequest', { request_id }),
  )
  expect(count(answers)).toEqual({ 0: 1, 4204: 99 })
  const [sent] = await alice.does('friends.sentRequests')
  const { friends } = await pair(alice, bob)
  expect([sent?.status, friends]).toEqual(friends === 2 ? [1, 2] : [2, 0])
})

test('38 ASVS 15.4.2, 2.3.4: nothing is stored after a parting', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  const { sql } = app.nodes[0]!.ctx
  const last = async () =>
    Number((await sql`select last_seq from conversations where id = ${id}`)[0]?.['last_seq'])
  const enough = new AbortController()
  let [stored, refused] = [0, 0]
  const talkers = Array.from({ length: 20 }, async (_, n) => {
    while (!enough.signal.aborted) {
      const said = { to_user_id: bob.userId, message_type: 1, content: `${n}` }
      const { code } = await at(n, alice, 'messages.send', said)
      if (code === 0) stored++
      else refused++
    }
  })
  await eventually(() => stored > 20)
  const removals = await hundred((n) => at(n, bob, 'friends.remove', { friend_id: alice.userId }))
  const then = await last()
  await eventually(() => refused > 40, { what: 'refusals' }).finally(() => enough.abort())
  await Promise.all(talkers)
  expect(count(removals)).toEqual({ 0: 1, 4201: 99 })
  expect(await last()).toBe(then)
  expect(stored).toBe(then)
  expect(await pair(alice, bob)).toMatchObject({ friends: 0, open: false })
})

test('38 ASVS 15.4.2, 2.3.4: a mark that came before a parting shows, a later one does not', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  for (let n = 0; n < 3; n++) await alice.says(bob, `${n}`)
  const { sql } = app.nodes[0]!.ctx
  let removal = Promise.resolve<unknown>(null)
  await sql.begin(async (mark) => {
    await mark`
      update conversation_members m set read_seq = 2, read_at = now() from users u
      where m.conversation_id = ${id} and u.id = m.user_id and u.user_id = ${bob.userId}`
    removal = alice.does('friends.remove', { friend_id: bob.userId })
    await eventually(async () => (await waiting()) > 0, { what: 'a removal that waits' })
  })
  await removal
  await bob.does('conversations.read', { id })
  expect((await alice.reads(id)).map((each) => each.is_read)).toEqual([true, true, false])
})

test('38 ASVS 15.4.2, 2.3.4: a block waits for whoever opens the conversation again', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  await bob.does('friends.remove', { friend_id: alice.userId })
  let block = Promise.resolve<unknown>(null)
  await app.nodes[0]!.ctx.sql.begin(async (back) => {
    await back`update conversations set is_open = true where id = ${id}`
    block = bob.does('friends.block', { blocked_user_id: alice.userId })
    const settled = block.then(() => 'blocked')
    await eventually(async () => (await waiting()) > 0 || Promise.race([settled, null]))
  })
  await block
  expect(await pair(alice, bob)).toMatchObject({ open: false })
})

test('38 ASVS 15.4.2, 2.3.4: a ticket and a refresh token work once', async () => {
  const { alice } = await app.people('alice')
  const { ticket } = await alice.does('messages.ticket')
  const opened = await hundred(async (n) => {
    const url = `${app.url(n & 1).replace('http', 'ws')}/api/v1/messages/ws?ticket=${ticket}&device_id=d${n}`
    const socket = new WebSocket(url)
    const outcome = await new Promise((resolve) => {
      socket.addEventListener('message', () => resolve('hello'))
      socket.addEventListener('close', (event) => resolve(event.code))
    })
    socket.close()
    return outcome
  })
  expect(opened.filter((each) => each === 'hello')).toHaveLength(1)
  expect(opened.filter((each) => each === 4001)).toHaveLength(99)
  const swaps = await hundred((n) =>
    at(n, alice, 'accounts.refresh', { refresh_token: alice.refreshToken }),
  )
  // Shown by one device in one moment, all of them are one swap, and nobody is signed out.
  expect(count(swaps)).toEqual({ 0: 100 })
  expect(
    new Set(swaps.map((each) => (each.data as { refresh_token: string }).refresh_token)).size,
  ).toBe(1)
  expect((await alice.tries('accounts.me')).code).toBe(0)
})

test('38 ASVS 15.4.2, 2.3.4: one name for twenty who want it', async () => {
  const user_id = `wanted-${Date.now().toString(36)}`
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      callOperation(app.url(n & 1), 'accounts.registerWithPassword', {
        user_id: n & 2 ? user_id : user_id.toUpperCase(),
        email: `${user_id}${n}@example.com`,
        nickname: 'n',
        password: 'long enough',
      }),
    ),
  )
  expect(count(answers)).toEqual({ 0: 1, 4102: 19 })
})
