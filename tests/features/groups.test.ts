// Groups as people use them: made, joined, talked in, led, left.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Group } from '../../src/protocol/groups.ts'
import type { GroupMessage } from '../../src/protocol/messages.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

/** A group of the first one's with the others in it, all of them friends. */
async function group(owner: Person, others: Person[], settings: object = {}): Promise<Group> {
  for (const other of others) await owner.befriends(other)
  const member_ids = others.map((each) => each.userId)
  return owner.does('groups.create', { name: 'Herons', member_ids, ...settings })
}

const says = (who: Person, { group_id }: Group, content: string, more: object = {}) =>
  who.does('groups.send', { group_id, message_type: 1, content, ...more })

/** What somebody reads there, system messages by what they tell. */
async function reads(who: Person, { group_id }: Group): Promise<string[]> {
  const list = (await who.does('groups.history', { group_id })) as GroupMessage[]
  return list.map(({ message_type, content }) =>
    message_type === 6 ? (JSON.parse(content) as { event: string }).event : content,
  )
}

describe('made', () => {
  test('with friends as its first members, who hear of it and find it in their lists', async () => {
    const { olga, bea, cy } = await app.people('olga', 'bea', 'cy')
    const device = await bea.connects({ base: app.url(1) })
    const made = await group(olga, [bea, cy], { description: 'Every Sunday.', history: 'all' })
    expect(made).toMatchObject({
      name: 'Herons',
      owner_id: olga.userId,
      member_count: 3,
      max_members: 500,
      my_role: 3,
      is_public: false,
      history: 'all',
      owner: { user_id: olga.userId },
    })
    expect(made.group_id).toMatch(/^G[0-9A-Z]{12}$/)
    const { data } = await device.hears('group_member_join')
    expect(data.users.map((each) => each.user_id).toSorted()).toEqual(
      [olga, bea, cy].map((each) => each.userId).toSorted(),
    )
    const told = await device.hears('group_message')
    expect(JSON.parse(told.data.content)).toEqual({
      event: 'group_created',
      actor: olga.userId,
      targets: expect.arrayContaining([bea.userId, cy.userId]),
    })
    expect(await bea.does('groups.mine')).toMatchObject([{ group_id: made.group_id, my_role: 1 }])
    const [conversation] = (await bea.does('conversations.list', { kind: 'group' })) as object[]
    expect(conversation).toMatchObject({
      kind: 'group',
      group_id: made.group_id,
      group: { name: 'Herons' },
      unread: 1,
      last_message: { message_type: 6, group_id: made.group_id },
    })
  })

  test('of strangers, and without a name, not at all', async () => {
    const { olga, sam } = await app.people('olga', 'sam')
    const asked = await olga.tries('groups.create', { name: 'Herons', member_ids: [sam.userId] })
    expect([asked.code, asked.data as unknown]).toEqual([
      4010,
      expect.objectContaining({ field: 'member_ids', reason: 'unknown_value' }),
    ])
    expect((await olga.tries('groups.create', { name: '\u200b' })).code).toBe(4010)
  })
})

describe('talked in', () => {
  test('every device of every member hears it once, in order; the socket that sent it does not', async () => {
    const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
    const herons = await group(ann, [ben, cat])
    const { group_id } = herons
    const [mine, other] = [
      await ann.connects({ deviceId: 'a' }),
      await ann.connects({ deviceId: 'b' }),
    ]
    const bens = await ben.connects({ base: app.url(1) })
    const sent = await mine.asks('send_message', { group_id, message_type: 1, content: 'one' })
    expect(sent).toMatchObject({ type: 'ack', data: { seq: 2 } })
    await says(ben, herons, 'two')
    for (const device of [other, bens]) {
      await eventually(() => device.words.filter((word) => /^(one|two)$/.test(word)).length === 2)
      expect(device.words.filter((word) => /^(one|two)$/.test(word))).toEqual(['one', 'two'])
    }
    await mine.hears('group_message', (data) => data.content === 'two')
    expect(mine.words).not.toContain('one')
    expect(await reads(cat, herons)).toEqual(['group_created', 'one', 'two'])
    expect((await cat.does('groups.unreadCount', { group_id })).count).toBe(3)
    expect(await cat.does('groups.unreadCounts', { group_ids: [group_id, 'Gnone'] })).toEqual({
      [group_id]: 3,
    })
    expect(await cat.does('groups.read', { group_id })).toEqual({ read_seq: 3, unread: 0 })
    expect((await cat.does('messages.unreadCount')).count).toBe(0)
  })

  test('who has read a message is shown to members', async () => {
    const { ann, ben, cat, sam } = await app.people('ann', 'ben', 'cat', 'sam')
    const herons = await group(ann, [ben, cat])
    const { id } = await says(ann, herons, 'read me')
    expect(await ann.does('groups.readers', { id })).toEqual({ count: 0, list: [] })
    await ben.does('groups.read', { group_id: herons.group_id })
    const read = await cat.does('groups.readers', { id })
    expect(read).toMatchObject({ count: 1, list: [{ user: { user_id: ben.userId }, read_seq: 2 }] })
    expect((await sam.tries('groups.readers', { id })).code).toBe(4301)
  })

  test('mentions name members, are found again, and all is for admins', async () => {
    const { ann, ben, cat, sam } = await app.people('ann', 'ben', 'cat', 'sam')
    const herons = await group(ann, [ben, cat])
    const named = await says(ben, herons, 'look', { at_users: [cat.userId.toUpperCase()] })
    expect(named.at_users).toBe(JSON.stringify([cat.userId]))
    const all = await says(ann, herons, 'everybody', { at_users: '["all"]' })
    expect(all.at_users).toBe('["all"]')
    const input = { group_id: herons.group_id, message_type: 1, content: 'no' }
    const refused = async (who: Person, at_users: string[]) =>
      (await who.tries('groups.send', { ...input, at_users })).code
    expect(await refused(ben, ['all'])).toBe(4403)
    expect(await refused(ben, [sam.userId])).toBe(4010)
    const mentions = async (who: Person) =>
      (await who.does('groups.mentions')).list.map((each) => each.content)
    expect(await mentions(cat)).toEqual(['everybody', 'look'])
    expect(await mentions(ben)).toEqual(['everybody'])
    await ann.does('groups.recall', { id: all.id })
    expect(await mentions(cat)).toEqual(['look'])
  })

  test('an answer is to something in the same group', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    const conversation = await ann.befriends(ben)
    const herons = await ann.does('groups.create', { name: 'Herons', member_ids: [ben.userId] })
    const { id: elsewhere } = await ann.says(ben, 'between us')
    const { id } = await says(ann, herons, 'question')
    expect((await says(ben, herons, 'answer', { reply_to_id: id })).reply_to_id).toBe(id)
    const input = {
      group_id: herons.group_id,
      message_type: 1,
      content: 'x',
      reply_to_id: elsewhere,
    }
    expect((await ben.tries('groups.send', input)).code).toBe(4301)
    expect(conversation).not.toBe(herons.conversation_id)
  })

  test('one’s own is taken back; an admin takes back what members said, and is named', async () => {
    const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
    const herons = await group(ann, [ben, cat])
    const device = await cat.connects()
    const { id: bens } = await says(ben, herons, 'oh no')
    expect((await cat.tries('groups.recall', { id: bens })).code).toBe(4403)
    await ann.does('groups.recall', { id: bens })
    const { data } = await device.hears('message_updated', (told) => told.id === bens)
    expect(data).toMatchObject({ is_recalled: true, content: '', recalled_by: ann.userId })
    const { id: anns } = await says(ann, herons, 'mine')
    expect((await ben.tries('groups.recall', { id: anns })).code).toBe(4403)
    const [first] = (await ben.does('groups.history', {
      group_id: herons.group_id,
    })) as GroupMessage[]
    expect((await ann.tries('groups.recall', { id: first!.id })).code).toBe(4403)
  })

  test('typing is told to the others of a small group', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    const { group_id, conversation_id } = await group(ann, [ben])
    const device = await ben.connects({ base: app.url(1) })
    await ann.does('groups.typing', { group_id })
    const { data } = await device.hears('typing')
    expect(data).toMatchObject({ group_id, conversation_id, user_id: ann.userId })
  })
})

describe('led', () => {
  test('who is muted does not speak, nor anybody but admins where all are', async () => {
    const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
    const herons = await group(ann, [ben, cat])
    const { group_id } = herons
    const code = async (who: Person) =>
      (await who.tries('groups.send', { group_id, message_type: 1, content: 'hi' })).code
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const muted = await ann.does('groups.mute', { group_id, target_user_id: ben.userId, until })
    expect(muted).toMatchObject({ is_muted: true, muted_until: until })
    expect([await code(ben), await code(cat)]).toEqual([4553, 0])
    await ann.does('groups.mute', { group_id, target_user_id: ben.userId, until: null })
    expect(await code(ben)).toBe(0)
    await ann.does('groups.update', { group_id, mute_all: true })
    expect([await code(ben), await code(ann)]).toEqual([4553, 0])
    await ann.does('groups.setRole', { group_id, target_user_id: ben.userId, role: 2 })
    expect([await code(ben), await code(cat)]).toEqual([0, 4553])
  })

  test('in slow mode a member waits before they speak again', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    const { group_id } = await group(ann, [ben])
    await ann.does('groups.update', { group_id, slow_seconds: 3_600 })
    const tries = (who: Person) =>
      who.tries('groups.send', { group_id, message_type: 1, content: 'hi' })
    expect((await tries(ben)).code).toBe(0)
    const again = await tries(ben)
    expect(again.code).toBe(4029)
    const { retry_after: wait } = again.data as unknown as { retry_after: number }
    expect(wait).toBeGreaterThan(3_500)
    expect(wait).toBeLessThanOrEqual(3_600)
    expect([(await tries(ann)).code, (await tries(ann)).code]).toEqual([0, 0])
    const there = await ben.again(app.url(1))
    const both = await Promise.all([tries(ben), tries(there)])
    expect(both.map((each) => each.code)).toEqual([4029, 4029])
  })

  test('roles: nobody acts on a peer, the owner hands the group on', async () => {
    const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
    const { group_id } = await group(ann, [ben, cat])
    const device = await cat.connects()
    const at = (who: Person) => ({ group_id, target_user_id: who.userId })
    await ann.does('groups.setRole', { ...at(ben), role: 2 })
    await ann.does('groups.setRole', { ...at(cat), role: 2 })
    expect((await ben.tries('groups.kick', at(cat))).code).toBe(4403)
    expect((await ben.tries('groups.setRole', { ...at(cat), role: 1 })).code).toBe(4403)
    expect((await ben.tries('groups.kick', at(ann))).code).toBe(4403)
    expect((await ann.tries('groups.kick', at(ann))).code).toBe(4010)
    expect((await ann.tries('groups.leave', { group_id })).code).toBe(4009)
    const handed = await ann.does('groups.transfer', at(ben))
    expect(handed).toMatchObject({ owner_id: ben.userId, my_role: 2 })
    const { data } = await device.hears('group_info_update')
    expect(data.group).toMatchObject({ owner_id: ben.userId })
    const list = (await cat.does('groups.members', { group_id })) as {
      user_id: string
      role: number
    }[]
    expect(list.map((each) => [each.user_id, each.role])).toEqual([
      [ben.userId, 3],
      [ann.userId, 2],
      [cat.userId, 2],
    ])
  })

  test('members are found by their names, and read on by cursor', async () => {
    const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
    const { group_id } = await group(ann, [ben, cat])
    const found = await ann.does('groups.members', { group_id, keyword: ben.userId.slice(0, 8) })
    expect(found).toMatchObject([{ user_id: ben.userId }])
    const first = (await ann.does('groups.members', { group_id, limit: 2 })) as Page
    const second = (await ann.does('groups.members', {
      group_id,
      limit: 2,
      cursor: first.next_cursor!,
    })) as Page
    const names = [...first.list, ...second.list].map((each) => each.user_id)
    expect(names).toEqual([ann, ben, cat].map((each) => each.userId))
    expect(second.next_cursor).toBeNull()
  })
})

interface Page {
  readonly list: readonly { user_id: string }[]
  readonly next_cursor: string | null
}

test('what ends answers like what never was, for everybody, at once', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const herons = await group(ann, [ben])
  const { group_id, conversation_id } = herons
  const { id } = await says(ann, herons, 'the last word')
  const device = await ben.connects()
  await ann.does('groups.dissolve', { group_id })
  const { data } = await device.hears('group_info_update')
  expect(data).toEqual({ group_id, conversation_id })
  for (const who of [ann, ben]) {
    for (const unknown of [group_id, 'GNONE']) {
      const codes = [
        await who.tries('groups.get', { group_id: unknown }),
        await who.tries('groups.history', { group_id: unknown }),
        await who.tries('groups.send', { group_id: unknown, message_type: 1, content: 'x' }),
        await who.tries('groups.members', { group_id: unknown }),
        await who.tries('groups.unreadCount', { group_id: unknown }),
      ].map((each) => each.code)
      expect(codes).toEqual([4551, 4551, 4551, 4551, 4551])
    }
    expect((await who.tries('messages.history', { id: conversation_id })).code).toBe(4541)
    expect((await who.tries('groups.readers', { id })).code).toBe(4301)
    expect(await who.does('conversations.list', { kind: 'group' })).toEqual([])
    expect((await who.does('messages.unreadCount')).count).toBe(0)
  }
})
