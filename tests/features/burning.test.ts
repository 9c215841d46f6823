// What is said under a timer is gone when that is over: from everywhere, for everybody, known as gone.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { exported } from '../../src/features/all.ts'
import { burnDue } from '../../src/features/burning/due.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { queueOf } from '../support/admin.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const sql = () => must(app.nodes[0], 'there is a node').ctx.sql

const sets = (who: Person, id: number, seconds: number | null) =>
  who.does('conversations.timer', { id, seconds })

async function pair(seconds: number | null = 3_600) {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  if (seconds !== null) await sets(alice, id, seconds)
  return { alice, bob, id }
}

/** The time of these is over, and a worker has been there; `now`: as one does it, without waiting. */
async function burned(messages: readonly { id: number }[], when?: 'now'): Promise<void> {
  const ids = messages.map(({ id }) => id)
  await sql()`
    update message_ends set expires_at = now() - interval '1 second'
    where message_id = any(${ids}::bigint[])`
  if (when === 'now') return void (await burnDue(must(app.nodes[0], 'there is a node').ctx))
  await eventually(
    async () => {
      const left = await sql()`select from messages where id = any(${ids}::bigint[])`
      return left.length + (await sql()`select from outbox limit 1`).length === 0
    },
    { what: 'the end of messages' },
  )
}

async function listed(who: Person, id: number) {
  const list = await who.does('conversations.list', { kind: 'all', page_size: 100 })
  return must(
    (Array.isArray(list) ? list : list.list).find((each) => each.id === id),
    'it is there',
  )
}

test('either of two sets it and both read of it; what is said then has an end by every road', async () => {
  const { alice, bob, id } = await pair(null)
  const before = await alice.says(bob, 'stays')
  expect(before.expires_at).toBeUndefined()
  expect(await sets(bob, id, 3_600)).toMatchObject({ id, burn_after: 3_600 })
  expect((await listed(alice, id)).burn_after).toBe(3_600)
  await sets(alice, id, 3_600)
  const told = must((await alice.reads(id)).at(-1), 'it was told')
  expect([told.seq, told.message_type, told.expires_at]).toEqual([2, 6, undefined])
  expect(JSON.parse(told.content)).toEqual({
    event: 'timer_changed',
    burn_after: 3_600,
    actor: bob.userId,
    targets: [],
  })

  const [phone, tablet] = [await alice.connects(), await bob.connects()]
  const isSoon = (at?: string) => Date.parse(at ?? '') - Date.now()
  const byRest = await bob.says(alice, 'burns')
  expect(isSoon(byRest.expires_at)).toBeWithin(3_580_000, 3_600_001)
  expect((await phone.hears('message')).data.expires_at).toBe(byRest.expires_at!)
  const said = { to_user_id: bob.userId, message_type: 1, content: 'burns too' }
  const { data } = await phone.asks('send_message', said)
  const { expires_at } = data as { expires_at?: string }
  expect(
    (await tablet.hears('message', (each) => each.content === 'burns too')).data,
  ).toMatchObject({ expires_at })
  expect((await alice.reads(id)).at(-1)?.expires_at).toBe(expires_at!)

  expect((await sets(alice, id, null)).burn_after).toBeNull()
  expect((await bob.says(alice, 'stays again')).expires_at).toBeUndefined()
  const odd = await alice.tries('conversations.timer', { id, seconds: 31 })
  expect([odd.code, odd.data]).toMatchObject([4010, { field: 'seconds', reason: 'unknown_value' }])
  await bob.does('friends.block', { blocked_user_id: alice.userId })
  expect((await alice.tries('conversations.timer', { id, seconds: 30 })).code).toBe(4403)
  expect((await bob.tries('conversations.timer', { id, seconds: 30 })).code).toBe(4503)
})

test('in a group who may change it sets it, and nobody else', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  await alice.befriends(bob)
  const made = { name: 'Herons', member_ids: [bob.userId] }
  const { conversation_id: id, group_id } = await alice.does('groups.create', made)
  const codeFor = async (who: Person) =>
    (await who.tries('conversations.timer', { id, seconds: 30 })).code
  expect([await codeFor(bob), await codeFor(carol)]).toEqual([4403, 4541])
  await alice.does('groups.setRole', { group_id, target_user_id: bob.userId, role: 2 })
  expect(await codeFor(bob)).toBe(0)
  const said = { group_id, message_type: 1, content: 'burns' }
  expect((await alice.does('groups.send', said)).expires_at).toBeString()
})

test('what burned stands in no table and no job, and everybody knows that it is gone', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const made = { name: 'Herons', member_ids: [bob.userId] }
  const { conversation_id: id, group_id } = await alice.does('groups.create', made)
  const word = 'Zauberwort'
  const says = (content: string, more: object = {}) =>
    alice.does('groups.send', { group_id, message_type: 1, content, ...more })
  const kept = await says('stays')
  await sets(alice, id, 3_600)
  const mirror = new Mirror(bob)
  await mirror.catchesUp()
  await queueOf(app, 'delivery').pause()
  const first = await says(`${word} one @bob`, { at_users: [bob.userId] })
  await alice.does('messages.edit', { id: first.id, content: `${word} two` })
  await bob.does('messages.react', { id: first.id, emoji: '👍' })
  await bob.does('favorites.add', { message_id: first.id })
  await alice.does('groups.pin', { group_id, id: first.id })
  const reply = await says('and', { reply_to_id: first.id })
  const last = await says(`${word} three`)
  const jobs = await queueOf(app, 'delivery').getJobs()
  expect(jobs.length).toBeGreaterThan(0)
  expect(JSON.stringify(jobs.map((job) => job?.data as unknown))).not.toContain(word)
  await queueOf(app, 'delivery').resume()
  await mirror.catchesUp()
  for (const file of ['messages', 'message_revisions'] as const) {
    const [row] = await sql()<
      { id: number }[]
    >`select id from users where user_id = ${alice.userId}`
    const taken = await Array.fromAsync(exported[file](sql(), must(row, 'alice is there').id))
    expect(JSON.stringify(taken)).not.toContain(word)
  }
  const phone = await bob.connects({ base: app.url(1) })

  await burned([first, last])
  const tables = await sql()<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = current_schema()`
  expect(tables.length).toBeGreaterThan(30)
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await sql()<{ count: number }[]>`
        select count(*) from ${sql()(name)} t where t::text like ${`%${word}%`}`
      return row?.count === 0 ? [] : [name]
    }),
  )
  expect(found.flat()).toEqual([])
  const where = { conversation_id: id, message_id: last.id, seq: last.seq }
  expect((await phone.hears('message_deleted', ({ seq }) => seq === last.seq)).data).toEqual(where)
  await mirror.catchesUp()
  const { kept: known, fresh } = await isWhole(mirror, bob)
  expect(known).toEqual(fresh)
  expect((await listed(bob, id)).last_message_id).toBeGreaterThan(kept.id)
  const left = await bob.reads(id)
  expect(left.some(({ content }) => content.includes(word))).toBe(false)
  expect(left.find((each) => each.id === reply.id)?.reply_to).toBeNull()
  expect(await bob.does('favorites.list', { limit: 1 })).toMatchObject({ list: [] })
  expect(await bob.does('groups.pinned', { group_id })).toEqual([])
  expect((await bob.does('groups.mentions')).list).toEqual([])
  expect((await bob.tries('messages.react', { id: last.id, emoji: '👍' })).code).toBe(4301)
})

test('what burned is not said again, though its timer is off by then', async () => {
  const { alice, bob, id } = await pair()
  const client_msg_id = crypto.randomUUID()
  const said = await alice.says(bob, 'once', { client_msg_id })
  await burned([said], 'now')
  await sets(alice, id, null)
  const again = await alice.says(bob, 'once', { client_msg_id })
  expect([again.id, again.seq, again.content]).toEqual([said.id, said.seq, 'once'])
  expect((await bob.reads(id)).map((each) => each.message_type)).toEqual([6, 6])
})

test('unread is what is there still, pages stay full, and what is said last is there', async () => {
  const { alice, bob, id } = await pair()
  const there: Message[] = [...(await bob.reads(id))]
  // Who speaks, reads or lets burn; the same each time.
  const script = 'abbXabRbbXaXbRbaaXbbbXRabXXbaRXb'
  let read = 0
  for (const [n, step] of [...script].entries()) {
    if (step === 'X') {
      const over = there.filter((each, at) => each.message_type === 1 && (at + n) % 3 === 0)
      await burned(over, 'now')
      for (const each of over) there.splice(there.indexOf(each), 1)
    } else if (step === 'R') {
      const seq = Math.max(read, there[Math.floor(there.length / 2)]?.seq ?? 0)
      const answer = await bob.does('conversations.read', { id, seq })
      read = answer.read_seq
    } else {
      const [from, to] = step === 'a' ? [alice, bob] : [bob, alice]
      there.push(await from.says(to, `${n}`))
    }
    const now = await listed(bob, id)
    const unread = there.filter((each) => {
      return each.from_user_id !== bob.userId && each.seq > now.read_seq
    })
    expect([n, step, now.unread]).toEqual([n, step, unread.length])
    expect([n, now.last_message_id]).toEqual([n, there.at(-1)?.id ?? null])
    read = Math.max(read, now.read_seq)
  }
  expect((await bob.does('messages.unreadCount')).count).toBe((await listed(bob, id)).unread)
  const pages: string[] = []
  for (let page = 1; page <= Math.ceil(there.length / 3); page++) {
    const list = await bob.does('messages.history', { id, page, page_size: 3 })
    pages.unshift(...(Array.isArray(list) ? list : list.list).map((each) => each.content))
  }
  expect(pages).toEqual(there.map((each) => each.content))
})
