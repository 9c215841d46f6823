// Notes to oneself: a conversation like any other, with nobody else in it to be told of anything.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { queueOf } from '../support/admin.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'
import { startPushService } from '../support/push-service.ts'

let app: Installation
const service = startPushService()
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const sql = () => must(app.nodes[0], 'there is a node').ctx.sql
const notes = (who: Person) => who.does('conversations.create', { friend_user_id: who.userId })
const settled = () =>
  eventually(async () => (await sql()`select from outbox limit 1`).length === 0, {
    what: 'an empty outbox',
  })

async function listed(who: Person) {
  const list = await who.does('conversations.list')
  return Array.isArray(list) ? list : list.list
}

test('what one says to oneself makes it, once; all devices have it, and nothing is unread', async () => {
  const { alice } = await app.people('alice')
  // Whatever were to be pushed would wait here.
  await queueOf(app, 'push').pause()
  const { keys } = service.subscription('alice')
  await alice.does('push.subscribe', { endpoint: 'https://push.invalid/notes', keys })
  const all = await Promise.all(['1', '2', '3', '4'].map((word) => alice.says(alice, word)))
  const ids = new Set(all.map((each) => each.conversation_id))
  expect(ids.size).toBe(1)
  const id = must([...ids][0], 'it is somewhere')
  expect((await notes(alice)).id).toBe(id)
  await settled()

  const [phone, tablet] = await Promise.all([
    alice.connects(),
    (await alice.again(app.url(1))).connects(),
  ])
  await phone.asks('send_message', { to_user_id: alice.userId, message_type: 1, content: 'milk' })
  // A node that is new to a conversation tells what was said a moment before, too.
  const { data } = await tablet.hears('message', ({ content }) => content === 'milk')
  expect(data).toMatchObject({ to_user_id: alice.userId, conversation_id: id })
  expect(phone.messages).toEqual([])
  await phone.asks('typing', { conversation_id: id })

  const [own] = await listed(alice)
  expect(own).toMatchObject({ id, user1_unread: 0, user2_unread: 0, unread: 0, last_seq: 5 })
  expect(own?.last_message).toMatchObject({ content: 'milk', is_read: false })
  expect((await alice.does('messages.unreadCount')).count).toBe(0)
  expect(await alice.does('conversations.read', { id })).toEqual({ read_seq: 5, unread: 0 })
  await settled()
  const heard = [...phone.heard, ...tablet.heard].map(({ type }) => type)
  expect(heard.filter((type) => type === 'typing' || type === 'read_receipt')).toEqual([])
  expect(tablet.words.filter((word) => word === 'milk')).toHaveLength(1)
  expect(await queueOf(app, 'push').getJobs()).toEqual([])
  await queueOf(app, 'push').resume()
})

test('all that can be done with messages can be done with notes, and sync brings it', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const mirror = new Mirror(alice)
  await mirror.catchesUp()
  const milk = await alice.says(alice, 'milk')
  const { conversation_id: id } = milk
  await mirror.catchesUp()
  const bread = await alice.says(alice, 'bread', { reply_to_id: milk.id })
  await alice.does('messages.react', { id: milk.id, emoji: '✅' })
  await alice.does('messages.edit', { id: bread.id, content: 'rolls' })
  await alice.does('messages.recall', { id: milk.id })
  await alice.does('conversations.pin', { id, is_pinned: true })
  await alice.does('conversations.draft', { id, content: 'and but' })
  await alice.does('conversations.archive', { id })
  await alice.does('conversations.markUnread', { id })
  await alice.does('favorites.add', { message_id: bread.id })
  const passed = await bob.says(alice, 'a list')
  const targets = [{ to_user_id: alice.userId }]
  await alice.does('messages.forward', { message_id: passed.id, targets })
  await alice.does('accounts.updateMe', { nickname: 'Alys' })
  await settled()
  await mirror.catchesUp(2)
  const { kept, fresh } = await isWhole(mirror, alice)
  expect(kept).toEqual(fresh)
  expect((await alice.reads(id)).map((each) => each.content)).toEqual(['', 'rolls', 'a list'])
  const { events } = await alice.does('sync.get')
  const receipts = events.flatMap((each) => (each.type === 'read_receipt' ? [each.data] : []))
  expect(receipts.map((each) => each.conversation_id)).not.toContain(id)
  expect(events.some(({ type }) => type === 'friend_removed')).toBe(false)
})

test('nobody else reads them, and nobody else is written to without being a friend', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const { conversation_id: id } = await alice.says(alice, 'a secret')
  expect((await bob.tries('messages.history', { id })).code).toBe(4541)
  const into = { conversation_id: id, message_type: 1, content: 'hi' }
  expect((await bob.tries('messages.send', into)).code).toBe(4541)
  const to = { to_user_id: alice.userId, message_type: 1, content: 'hi' }
  expect((await bob.tries('messages.send', to)).code).toBe(4403)
})
