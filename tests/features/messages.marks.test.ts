// Read marks: who moves them, who hears of it, what is left unread.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

test('a read mark moves forward, tells the other side, and counts what is left', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  const sender = await alice.connects()
  const [reader, tablet] = [
    await bob.connects({ deviceId: 'a' }),
    await bob.connects({ deviceId: 'b' }),
  ]
  for (let n = 1; n <= 5; n++) await alice.says(bob, `${n}`)
  expect((await bob.does('messages.unreadCount')).count).toBe(5)
  const marked = await reader.asks('mark_read', { conversation_id: id, seq: 3 })
  expect(marked.data).toEqual({ read_seq: 3, unread: 2 })
  const receipt = await sender.hears('read_receipt')
  expect(receipt.data).toMatchObject({
    conversation_id: id,
    reader_user_id: bob.userId,
    read_seq: 3,
  })
  await tablet.hears('conversation_updated', (data) => data.read_seq === 3)
  expect(await bob.does('conversations.read', { id, seq: 1 })).toEqual({ read_seq: 3, unread: 2 })
  expect(await bob.does('conversations.read', { id })).toEqual({ read_seq: 5, unread: 0 })
  const [first] = await alice.reads(id)
  expect(first?.is_read).toBe(true)
  const past = await bob.does('conversations.read', { id, seq: 999 })
  expect(past.read_seq).toBe(5)
})

test('what was read while they were no friends is told when they are again', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  for (const word of ['1', '2', '3']) await alice.says(bob, word)
  const [hers, his] = [await alice.connects(), await bob.connects({ base: app.url(1) })]
  await bob.does('conversations.read', { id, seq: 1 })
  await hers.hears('read_receipt', (data) => data.read_seq === 1)
  await bob.does('friends.remove', { friend_id: alice.userId })
  await bob.does('conversations.read', { id, seq: 2 })
  await his.hears('conversation_updated', (data) => data.read_seq === 2)
  expect(hers.all('read_receipt')).toHaveLength(1)
  expect((await alice.reads(id)).map((each) => each.is_read)).toEqual([true, false, false])
  await alice.befriends(bob)
  const receipt = await hers.hears('read_receipt', (data) => data.read_seq === 2)
  const history = await alice.reads(id)
  expect(history.map((each) => each.is_read)).toEqual([true, true, false])
  const { read_at } = history[1]!
  expect(receipt.data).toMatchObject({ reader_user_id: bob.userId, read_seq: 2, read_at })
  // Of her own mark, which her words have moved, and of no other.
  const about = his.all('read_receipt').map(({ data }) => data.reader_user_id)
  expect(about.filter((each) => each !== alice.userId)).toEqual([])
})

test('one’s own words are never unread, and make nothing read', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  for (const word of ['1', '2', '3']) await alice.says(bob, word)
  await bob.says(alice, '4')
  const [mine] = (await alice.does('conversations.list')) as { unread: number; id: number }[]
  expect(mine).toMatchObject({ id, unread: 1, last_seq: 4, last_message: { content: '4' } })
  const [his] = (await bob.does('conversations.list')) as { unread: number }[]
  expect(his).toMatchObject({ unread: 3, read_seq: 0 })
  expect((await bob.does('messages.unreadCount')).count).toBe(3)
  expect((await alice.reads(id)).map((each) => each.is_read)).toEqual(Array(4).fill(false))
  expect(await bob.does('conversations.read', { id, seq: 1 })).toEqual({ read_seq: 1, unread: 2 })
  expect(await bob.does('conversations.read', { id, seq: 3 })).toEqual({ read_seq: 3, unread: 0 })
  // Nothing is unread before it: the mark goes along, and what stands beside alice's words stays.
  const before = (await alice.reads(id)).map((each) => each.read_at)
  await bob.says(alice, '5')
  const [then] = (await bob.does('conversations.list')) as { unread: number }[]
  expect(then).toMatchObject({ unread: 0, read_seq: 5 })
  expect((await alice.reads(id)).map((each) => each.read_at)).toEqual([...before, null])
})

test('a mark that waited for one’s own words counts them', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  for (const word of ['1', '2', '3']) await alice.says(bob, word)
  const { sql } = app.nodes[0]!.ctx
  const waiting = async () =>
    (
      await sql`
      select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    ).length
  const queued: Promise<unknown>[] = []
  await sql.begin(async (held) => {
    await held`select from conversation_members where conversation_id = ${id} for update`
    queued.push(bob.says(alice, '4'))
    await eventually(async () => (await waiting()) === 1, { what: 'a send that waits' })
    queued.push(bob.does('conversations.read', { id, seq: 2 }))
    await eventually(async () => (await waiting()) === 2, { what: 'a mark that waits' })
  })
  expect((await Promise.all(queued))[1]).toEqual({ read_seq: 2, unread: 1 })
  expect((await bob.does('messages.unreadCount')).count).toBe(1)
})

test.each(['socket', 'REST'] as const)('a mark that a send by %s moves is told', async (door) => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation_id = await alice.befriends(bob)
  await alice.says(bob, 'a question')
  await bob.does('conversations.read', { id: conversation_id })
  const [hers, his, tablet] = [
    await alice.connects(),
    await bob.connects({ deviceId: 'a' }),
    await bob.connects({ deviceId: 'b', base: app.url(1) }),
  ]
  const { seq } = await (door === 'REST' ? bob : his).says(alice, 'an answer')
  const receipt = await hers.hears('read_receipt', (data) => data.read_seq === seq)
  expect(receipt.data).toMatchObject({ conversation_id, reader_user_id: bob.userId })
  // The time stands beside the words of others, as it does in the history.
  expect(receipt.data.read_at).toBe((await alice.reads(conversation_id))[0]!.read_at)
  for (const device of [his, tablet]) {
    const updated = await device.hears('conversation_updated', (data) => data.read_seq === seq)
    expect(updated.data).toEqual({ conversation_id, read_seq: seq, unread: 0 })
  }
})

test('a send that moves no mark tells of none', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  const id = await alice.befriends(bob)
  const elsewhere = await carol.befriends(bob)
  await alice.says(bob, 'a question')
  const [hers, his] = [await alice.connects(), await bob.connects()]
  await his.says(alice, 'something else')
  // What comes after it is told after it.
  await his.says(carol, 'hi')
  await his.hears('conversation_updated', (data) => data.conversation_id === elsewhere)
  const updated = his.all('conversation_updated').map(({ data }) => data.conversation_id)
  expect(updated).not.toContain(id)
  const readers = hers.all('read_receipt').map(({ data }) => data.reader_user_id)
  expect(readers).not.toContain(bob.userId)
})
