// Editing: other words at the same place, for everybody there, by whoever said it and may speak still.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { GroupMessage, Message } from '../../src/protocol/messages.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const sql = () => app.nodes[0]!.ctx.sql
const elsewhere = () => ({ base: app.url(1) })
const edits = (who: Person, id: number, content: string) =>
  who.does('messages.edit', { id, content })
const refused = async (who: Person, id: number, content = 'other words') =>
  (await who.tries('messages.edit', { id, content })).code

async function friends() {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  return { alice, bob, conversation }
}

async function herons(owner: Person, ...others: Person[]) {
  for (const other of others) await owner.befriends(other)
  const member_ids = others.map((each) => each.userId)
  const { group_id } = await owner.does('groups.create', { name: 'Herons', member_ids })
  const says = (who: Person, content: string, more: object = {}) =>
    who.does('groups.send', { group_id, message_type: 1, content, ...more })
  return { group_id, says }
}

describe('other words', () => {
  test('stand at the same place, for every device of both, and in what is read later', async () => {
    const { alice, bob, conversation } = await friends()
    const devices = [
      await alice.connects({ deviceId: 'phone' }),
      await alice.connects({ deviceId: 'laptop', ...elsewhere() }),
      await bob.connects(),
      await bob.connects({ deviceId: 'tablet', ...elsewhere() }),
    ]
    const said = await alice.says(bob, 'see yuo')
    const edited = await edits(alice, said.id, 'see you')
    const { edited_at } = edited
    expect(edited).toEqual({ ...said, content: 'see you', edited_at, updated_at: edited_at! })
    expect(edited_at! > said.created_at).toBe(true)
    for (const device of devices) {
      const { data } = await device.hears('message_updated')
      expect(data).toEqual({ ...edited, conversation_version: 2 })
    }
    expect(await bob.reads(conversation)).toEqual([edited])
    const [listed] = (await bob.does('conversations.list')) as { last_message: Message }[]
    expect(listed!.last_message.content).toBe('see you')
    const resent = await alice.says(bob, 'see yuo', { client_msg_id: said.client_msg_id })
    expect(resent).toEqual(edited)
  })

  test('by a frame are the same, and its answer is the message', async () => {
    const { alice, bob } = await friends()
    const [hers, his] = [await alice.connects(), await bob.connects(elsewhere())]
    const { id } = await hers.says(bob, 'by fraem')
    const answer = await hers.asks('edit_message', { id, content: 'by frame' })
    expect(answer).toMatchObject({ type: 'ack', data: { id, seq: 1, content: 'by frame' } })
    const { data } = await his.hears('message_updated')
    expect(data).toMatchObject({ id, content: 'by frame', conversation_version: 2 })
    const late = await hers.asks('edit_message', { id: 999_999, content: 'x' })
    expect(late).toMatchObject({ type: 'error', data: { code: 4301 } })
  })

  test('that are the same ones change nothing and are told to nobody', async () => {
    const { alice, bob } = await friends()
    const device = await bob.connects()
    const said = await alice.says(bob, 'as it is')
    expect(await edits(alice, said.id, 'as it is')).toEqual(said)
    const edited = await edits(alice, said.id, 'otherwise')
    expect(await edits(alice, said.id, 'otherwise')).toEqual(edited)
    await alice.says(bob, 'and then')
    await device.hears('message', ({ content }) => content === 'and then')
    await device.hears('message_updated')
    const versions = device.all('message_updated').map(({ data }) => data.conversation_version)
    expect(versions).toEqual([2])
  })

  test('below a picture may be none; types the server knows more of are left alone', async () => {
    const { alice, bob } = await friends()
    const media_url = 'https://example.com/a.png'
    const picture = await alice.says(bob, 'a crow', { message_type: 2, media_url })
    expect(await edits(alice, picture.id, '')).toMatchObject({ content: '', media_url })
    const own = await alice.says(bob, '{"x":1}', { message_type: 77 })
    expect(await edits(alice, own.id, '{"x":2}')).toMatchObject({ message_type: 77 })
    for (const message_type of [7, 8, 9, 10, 11, 12, 13]) {
      const { id } = await alice.says(bob, 'fixed', { message_type })
      expect([message_type, await refused(alice, id)]).toEqual([message_type, 4403])
    }
  })

  test('that could not be said are refused by their field, and nothing changes', async () => {
    const { alice, bob, conversation } = await friends()
    const { id } = await alice.says(bob, 'good')
    for (const [content, reason] of [
      ['', 'too_short'],
      [' \t\u200b', 'too_short'],
      ['x'.repeat(5_001), 'too_long'],
      ['鷸'.repeat(5_462), 'too_long'],
      ['nul \0 byte', 'pattern'],
      ['lone \ud800 surrogate', 'pattern'],
      [42, 'type'],
      [undefined, 'missing'],
    ]) {
      const { status, code, data } = await alice.tries('messages.edit', { id, content })
      expect([status, code]).toEqual([422, 4010])
      expect(data as object).toMatchObject({ field: 'content', reason })
    }
    expect((await bob.reads(conversation))[0]).toMatchObject({ content: 'good', edited_at: null })
  })

  test('that look like orders are words', async () => {
    const { alice, bob, conversation } = await friends()
    const { id } = await alice.says(bob, 'tame')
    const hostile = `'); drop table messages; -- \${1} <script>alert(1)</script> \u202e %s \\x00`
    await edits(alice, id, hostile)
    expect((await bob.reads(conversation))[0]!.content).toBe(hostile)
    await edits(alice, id, 'tame again')
    const { list } = await alice.does('messages.revisions', { id })
    expect(list.map((each) => each.content)).toEqual(['tame', hostile])
  })
})

describe('nobody edits', () => {
  test('what others said, or what they cannot see: it is not there', async () => {
    const { alice, bob } = await friends()
    const { mallory } = await app.people('mallory')
    const { id } = await alice.says(bob, 'mine')
    for (const other of [bob, mallory]) {
      expect(await refused(other, id)).toBe(4301)
      expect((await other.tries('messages.revisions', { id })).code).toBe(4301)
    }
    expect(await refused(alice, 999_999)).toBe(4301)
  })

  test('what was said longer than a day ago', async () => {
    const { alice, bob } = await friends()
    const { id } = await alice.says(bob, 'of yesterday')
    const ages = (interval: string) =>
      sql()`update messages set created_at = now() - ${interval}::interval where id = ${id}`
    await ages('23 hours 59 minutes')
    await edits(alice, id, 'just in time')
    await ages('24 hours 1 second')
    const late = await alice.tries('messages.edit', { id, content: 'too late' })
    expect([late.status, late.code]).toEqual([403, 4302])
    expect(await edits(alice, id, 'just in time')).toMatchObject({ content: 'just in time' })
  })

  test('what was taken back, or what the server said', async () => {
    const { alice, bob } = await friends()
    const { id } = await alice.says(bob, 'regret')
    await alice.does('messages.recall', { id })
    expect(await refused(alice, id)).toBe(4403)
    expect(await refused(alice, id, '')).toBe(4403)
    const { group_id } = await alice.does('groups.create', { name: 'Herons' })
    const [first] = (await alice.does('groups.history', { group_id })) as GroupMessage[]
    expect(first).toMatchObject({ message_type: 6, from_user_id: alice.userId })
    expect(await refused(alice, first!.id)).toBe(4403)
  })

  test('after the end of a friendship or a block; the same words are no edit', async () => {
    const { alice, bob } = await friends()
    const { id } = await alice.says(bob, 'between friends')
    const { id: his } = await bob.says(alice, 'yes')
    await alice.does('friends.block', { blocked_user_id: bob.userId })
    expect(await refused(alice, id)).toBe(4503)
    expect(await refused(bob, his)).toBe(4403)
    await alice.does('friends.unblock', { user_id: bob.userId })
    expect(await refused(alice, id)).toBe(4403)
    expect(await edits(bob, his, 'yes')).toMatchObject({ content: 'yes', edited_at: null })
  })

  test('while muted in a group, alone or with all, and after leaving it', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    const { group_id, says } = await herons(ann, ben)
    const { id } = await says(ben, 'loud')
    const target_user_id = ben.userId
    const until = new Date(Date.now() + 3_600_000).toISOString()
    await ann.does('groups.mute', { group_id, target_user_id, until })
    expect(await refused(ben, id)).toBe(4553)
    await ann.does('groups.mute', { group_id, target_user_id, until: null })
    await ann.does('groups.update', { group_id, mute_all: true })
    expect(await refused(ben, id)).toBe(4553)
    await ann.does('groups.update', { group_id, mute_all: false })
    expect(await edits(ben, id, 'quiet')).toMatchObject({ group_id, content: 'quiet' })
    await ben.does('groups.leave', { group_id })
    expect(await refused(ben, id)).toBe(4301)
    expect((await ben.tries('messages.revisions', { id })).code).toBe(4301)
  })
})

test('a group hears of it, and those who were mentioned still are', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const { group_id, says } = await herons(ann, ben, cat)
  const devices = [await ann.connects(), await ben.connects(elsewhere()), await cat.connects()]
  const said = await says(ann, 'look', { at_users: [cat.userId] })
  const edited = await edits(ann, said.id, 'look there')
  expect(edited).toMatchObject({ group_id, at_users: said.at_users, recalled_by: null })
  for (const device of devices) {
    const { data } = await device.hears('message_updated', (told) => told.id === said.id)
    expect(data).toMatchObject(edited)
  }
  const { list } = await cat.does('groups.mentions')
  expect(list.map(({ content }) => content)).toEqual(['look there'])
  expect(await refused(ben, said.id)).toBe(4301)
})

test('edited while the other one is away: what they read then is right', async () => {
  const { alice, bob, conversation } = await friends()
  const { id } = await alice.says(bob, 'unseen')
  await edits(alice, id, 'seen')
  // What is on its way to nobody has arrived there: it would be told as it was said, and then edited.
  const { queues } = app.nodes[0]!.ctx
  await eventually(async () => {
    const { delivery } = await queues.depths()
    const isTold = (await sql()`select from outbox limit 1`).length === 0
    return isTold && delivery.waiting + delivery.active === 0
  })
  const device = await bob.connects(elsewhere())
  expect((await bob.reads(conversation))[0]).toMatchObject({ content: 'seen', is_read: false })
  await alice.says(bob, 'next')
  await device.hears('message', ({ content }) => content === 'next')
  expect(JSON.stringify(device.heard)).not.toContain('unseen')
})
