// Direct messages: said, delivered, read, recalled, counted.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { OutputOf } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

describe('sending', () => {
  test('a message reaches every device but the one that sent it', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    await alice.befriends(bob)
    const phone = await alice.connects({ deviceId: 'phone' })
    const laptop = await alice.connects({ deviceId: 'laptop', base: app.url(1) })
    const bobs = await bob.connects()
    const sent = await phone.says(bob, 'hi bob')
    const heard = await bobs.hears('message')
    const copy = await laptop.hears('message')
    expect(heard.data).toMatchObject({
      id: sent.id,
      seq: 1,
      content: 'hi bob',
      from_user_id: alice.userId,
      to_user_id: bob.userId,
      is_read: false,
      is_recalled: false,
    })
    expect(copy.data.id).toBe(sent.id)
    // A second message passes by: had a copy of the first been on its way, it would be here.
    await bob.says(alice, 'hi alice')
    await phone.hears('message', (data) => data.content === 'hi alice')
    expect(phone.words).toEqual(['hi alice'])
  })

  test('REST and the socket say the same thing of the same message', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    await alice.befriends(bob)
    const device = await alice.connects()
    const client_msg_id = crypto.randomUUID()
    const bySocket = await device.says(bob, 'once', client_msg_id)
    const byRest = await alice.says(bob, 'once', { client_msg_id })
    expect(byRest).toMatchObject({ id: bySocket.id, seq: bySocket.seq, client_msg_id })
    const other = await alice.tries('messages.send', {
      to_user_id: bob.userId,
      message_type: 1,
      content: 'twice',
      client_msg_id,
    })
    expect([other.status, other.code]).toEqual([409, 4303])
  })

  test('the same client_msg_id ten times at once over two nodes is one message', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const conversation = await alice.befriends(bob)
    const there = await alice.again(app.url(1))
    const client_msg_id = crypto.randomUUID()
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 ? alice : there).says(bob, 'once', { client_msg_id }),
      ),
    )
    expect(new Set(sent.map((message) => message.id)).size).toBe(1)
    expect(await bob.reads(conversation)).toHaveLength(1)
  })

  test('a thousand frames at once are stored and acknowledged in order', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const conversation = await alice.befriends(bob)
    const device = await alice.connects()
    const listener = await bob.connects({ base: app.url(1) })
    const words = Array.from({ length: 1000 }, (_, n) => `word ${n}`)
    words.forEach((content, n) =>
      device.frame('send_message', { to_user_id: bob.userId, message_type: 1, content }, n + 1),
    )
    await device.answer(1000)
    expect(device.all('ack').map((frame) => frame.id)).toEqual(words.map((_, n) => n + 1))
    await listener.hears('message', (data) => data.seq === 1000)
    expect(listener.words).toEqual(words)
    expect((await bob.reads(conversation)).map((message) => message.content)).toEqual(words)
  })

  test('only friends write to each other, and from the end of a friendship on nobody does', async () => {
    const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
    const conversation = await alice.befriends(bob)
    const device = await alice.connects()
    const send = (to: string) =>
      alice.tries('messages.send', { to_user_id: to, message_type: 1, content: 'hi' })
    expect((await send(carol.userId)).code).toBe(4403)
    expect((await send('nobody-of-that-name')).code).toBe(4101)
    await alice.says(bob, 'still friends')
    await bob.does('friends.remove', { friend_id: alice.userId })
    expect((await send(bob.userId)).code).toBe(4403)
    const answer = await device.asks('send_message', {
      conversation_id: conversation,
      message_type: 1,
      content: 'hello?',
    })
    expect(answer).toMatchObject({ type: 'error', data: { code: 4403, retryable: false } })
  })

  test('a conversation of others does not exist', async () => {
    const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
    const conversation = await alice.befriends(bob)
    const said = await alice.says(bob, 'secret')
    const device = await carol.connects()
    for (const [name, input] of [
      ['messages.send', { conversation_id: conversation, message_type: 1, content: 'x' }],
      ['messages.history', { id: conversation }],
      ['conversations.read', { id: conversation }],
      ['messages.typing', { conversation_id: conversation }],
    ] as const) {
      expect((await carol.tries(name, input)).code).toBe(4541)
    }
    expect((await carol.tries('messages.recall', { id: said.id })).code).toBe(4301)
    const marked = await device.asks('mark_read', { conversation_id: conversation, seq: 1 })
    expect(marked).toMatchObject({ type: 'error', data: { code: 4541 } })
  })

  test('what cannot be said is refused by its field, and nothing is stored', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const conversation = await alice.befriends(bob)
    const to_user_id = bob.userId
    const bad: [string, Record<string, unknown>][] = [
      ['content', { message_type: 1, content: '' }],
      ['content', { message_type: 1, content: '   ' }],
      ['content', { message_type: 1, content: 'x'.repeat(5001) }],
      ['content', { message_type: 1, content: 'nul \0 byte' }],
      ['content', { message_type: 1, content: 'lone \ud800 surrogate' }],
      ['message_type', { message_type: 6, content: 'I am the system' }],
      ['message_type', { message_type: 20, content: 'x' }],
      ['media_url', { message_type: 2, content: '' }],
      ['client_msg_id', { message_type: 1, content: 'x', client_msg_id: 'no uuid' }],
      ['to_user_id', { message_type: 1, content: 'x', conversation_id: conversation }],
    ]
    for (const [field, input] of bad) {
      const answer = await alice.tries('messages.send', { to_user_id, ...input })
      expect([
        answer.status,
        answer.code,
        (answer.data as never as { field: string }).field,
      ]).toEqual([422, 4010, field])
    }
    const reply = await alice.tries('messages.send', {
      to_user_id,
      message_type: 1,
      content: 'x',
      reply_to_id: 987_654_321,
    })
    expect(reply.code).toBe(4301)
    expect(await bob.reads(conversation)).toHaveLength(0)
    await alice.says(bob, '𝄞'.repeat(4000))
    await alice.says(bob, '', { message_type: 2, media_url: 'https://example.com/a.png' })
    await alice.says(bob, 'carried untouched', { message_type: 77 })
    expect(await bob.reads(conversation)).toHaveLength(3)
  })
})

describe('reading', () => {
  test('pages end with the newest, ranges go both ways', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const id = await alice.befriends(bob)
    for (let n = 1; n <= 7; n++) await alice.says(bob, `${n}`)
    const page = async (input: Record<string, unknown>) => {
      const data = await bob.does('messages.history', { id, ...input })
      const list = Array.isArray(data) ? data : data.list
      return [list.map((message) => message.seq), Array.isArray(data) ? null : data.has_more]
    }
    expect(await page({ page_size: 3 })).toEqual([[5, 6, 7], null])
    expect(await page({ page: 2, page_size: 3 })).toEqual([[2, 3, 4], null])
    expect(await page({ page: 3, page_size: 3 })).toEqual([[1], null])
    expect(await page({ page: 4, page_size: 3 })).toEqual([[], null])
    expect(await page({ before_seq: 4, limit: 2 })).toEqual([[2, 3], true])
    expect(await page({ before_seq: 2, limit: 2 })).toEqual([[1], false])
    expect(await page({ after_seq: 5, limit: 2 })).toEqual([[6, 7], false])
    expect(await page({ after_seq: 2, limit: 2 })).toEqual([[3, 4], true])
    expect((await bob.tries('messages.history', { id, limit: 101 })).code).toBe(4010)
  })

  test('conversations are listed by last activity, by pages and by cursor', async () => {
    const { hub, a, b, c } = await app.people('hub', 'aaa', 'bbb', 'ccc').then((people) => ({
      hub: people.hub,
      a: people.aaa,
      b: people.bbb,
      c: people.ccc,
    }))
    const ids: number[] = []
    for (const friend of [a, b, c]) {
      ids.push(await hub.befriends(friend))
      await hub.says(friend, 'hi')
    }
    await hub.says(a, 'again')
    const expected = [ids[0], ids[2], ids[1]]
    const all = (await hub.does('conversations.list')) as { id: number }[]
    expect(all.map((each) => each.id)).toEqual(expected as number[])
    const walked: number[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: OutputOf<'conversations.list'> = await hub.does('conversations.list', {
        limit: 1,
        ...(cursor ? { cursor } : {}),
      })
      if (Array.isArray(page)) throw new Error('a cursor was asked for')
      walked.push(...page.list.map((each) => each.id))
      cursor = page.next_cursor
    }
    expect(walked).toEqual(expected as number[])
    expect((await hub.tries('conversations.list', { cursor: 'rubbish' })).code).toBe(4010)
  })
})

describe('recalling', () => {
  test('a recalled message keeps its place and loses its words everywhere', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const id = await alice.befriends(bob)
    const listener = await bob.connects()
    const said = await alice.says(bob, 'regret')
    expect((await bob.tries('messages.recall', { id: said.id })).code).toBe(4403)
    const recalled = await alice.does('messages.recall', { id: said.id })
    expect(recalled).toMatchObject({ seq: 1, content: '', is_recalled: true })
    const updated = await listener.hears('message_updated')
    expect(updated.data).toMatchObject({ id: said.id, content: '', is_recalled: true })
    expect((await bob.reads(id))[0]).toMatchObject({ content: '', is_recalled: true })
    const again = await alice.does('messages.recall', { id: said.id })
    expect(again.recalled_at).toBe(recalled.recalled_at)
    const resent = await alice.says(bob, 'regret', { client_msg_id: said.client_msg_id })
    expect(resent).toMatchObject({ id: said.id, content: '' })
  })

  test('after two minutes it is too late', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    await alice.befriends(bob)
    const said = await alice.says(bob, 'fixed for ever')
    const { sql } = app.nodes[0]!.ctx
    await sql`
      update messages set created_at = now() - interval '2 minutes 1 second' where id = ${said.id}`
    const late = await alice.tries('messages.recall', { id: said.id })
    expect([late.status, late.code]).toEqual([403, 4302])
  })
})

describe('signals', () => {
  test('typing is heard by the other side only', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const conversation_id = await alice.befriends(bob)
    const [writer, listener] = [await alice.connects(), await bob.connects({ base: app.url(1) })]
    writer.frame('typing', { conversation_id })
    const heard = await listener.hears('typing')
    expect(heard.data).toEqual({ conversation_id, user_id: alice.userId, nickname: 'alice' })
    expect(writer.all('typing')).toHaveLength(0)
  })
})
