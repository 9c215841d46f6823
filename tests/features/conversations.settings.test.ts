// What somebody sets for a conversation of theirs: pinned, muted for a while, with mentions or without.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { endMutes } from '../../src/features/conversations/settings.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { startPushService, type PushService } from '../support/push-service.ts'

let app: Installation
let service: PushService
beforeAll(async () => {
  service = startPushService()
  app = await install({ env: { PUSH_PRIVATE_HOSTS: 'on' } })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const sql = () => app.nodes[0]!.ctx.sql
const idsOf = async (who: Person, archived = 'no') => {
  const list = await who.does('conversations.list', { kind: 'all', archived })
  return (list as { id: number }[]).map(({ id }) => id)
}

test('what is pinned stands first, on every device at once, and for nobody else', async () => {
  const { ann, ben, cai } = await app.people('ann', 'ben', 'cai')
  const [first, second] = [await ann.befriends(ben), await ann.befriends(cai)]
  await ann.says(ben, 'one')
  await ann.says(cai, 'two')
  const tablet = await ann.connects({ deviceId: 'tablet' })
  expect(await idsOf(ann)).toEqual([second, first])
  const pinned = await ann.does('conversations.pin', { id: first, is_pinned: true })
  expect(pinned).toMatchObject({ id: first, is_pinned: true, last_message: { content: 'one' } })
  expect(await idsOf(ann)).toEqual([first, second])
  const { data } = await tablet.hears('conversation_updated', ({ is_pinned }) => is_pinned === true)
  expect(data).toEqual({
    conversation_id: first,
    is_pinned: true,
    is_muted: false,
    muted_until: null,
    is_archived: false,
    is_marked_unread: false,
    draft: null,
  })
  const [his] = (await ben.does('conversations.list')) as { is_pinned: boolean }[]
  expect(his?.is_pinned).toBe(false)
  await ann.does('conversations.pin', { id: first, is_pinned: false })
  expect(await idsOf(ann)).toEqual([second, first])
})

test('what is archived is out of the list until something is said there', async () => {
  const { ann, ben, cai } = await app.people('ann', 'ben', 'cai')
  const [first, second] = [await ann.befriends(ben), await ann.befriends(cai)]
  await ann.says(ben, 'one')
  await ann.says(cai, 'two')
  const tablet = await ann.connects({ deviceId: 'tablet' })
  expect(await ann.does('conversations.archive', { id: first })).toMatchObject({
    id: first,
    is_archived: true,
  })
  await tablet.hears('conversation_updated', ({ is_archived }) => is_archived === true)
  expect(await idsOf(ann)).toEqual([second])
  expect(await idsOf(ann, 'only')).toEqual([first])
  expect(await idsOf(ann, 'all')).toEqual([second, first])
  expect(await idsOf(ben)).toEqual([first])
  await ann.does('conversations.archive', { id: first, is_archived: false })
  expect(await idsOf(ann)).toEqual([second, first])
  for (const says of [() => ben.says(ann, 'three'), () => ann.says(ben, 'four')]) {
    await ann.does('conversations.archive', { id: first })
    expect(await idsOf(ann)).toEqual([second])
    await says()
    expect(await idsOf(ann)).toEqual([first, second])
  }
  // Muted, it stays there whatever is said, and comes back when it is muted no more.
  await ann.does('conversations.mute', { id: first, is_muted: true })
  await ann.does('conversations.archive', { id: first })
  await ben.says(ann, 'five')
  expect(await idsOf(ann)).toEqual([second])
  await ann.does('conversations.mute', { id: first, is_muted: false })
  expect(await idsOf(ann)).toEqual([first, second])
})

test('a message that comes while its conversation is archived is not hidden', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  for (let round = 0; round < 20; round++) {
    const [said] = await Promise.all([
      ben.says(ann, `${round}`),
      ann.does('conversations.archive', { id }),
    ])
    const [archived] = (await ann.does('conversations.list', { archived: 'only' })) as {
      last_seq: number
    }[]
    // If it is in the archive, the message was there when it was put there.
    if (archived) expect(archived.last_seq).toBe(said.seq)
    await ben.says(ann, 'and again')
    expect(await idsOf(ann)).toEqual([id])
  }
})

test('what is marked unread is so until one reads or speaks there, whatever was new', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  await ben.says(ann, 'one')
  await ann.does('conversations.read', { id })
  const tablet = await ann.connects({ deviceId: 'tablet' })
  const isMarked = async () => {
    const [found] = (await ann.does('conversations.list')) as {
      is_marked_unread: boolean
      unread: number
    }[]
    return [found?.is_marked_unread, found?.unread]
  }
  const marks = async () => {
    await ann.does('conversations.markUnread', { id })
    expect((await isMarked())[0]).toBe(true)
  }
  await marks()
  await tablet.hears('conversation_updated', (each) => each.is_marked_unread === true)
  expect(await isMarked()).toEqual([true, 0])
  await ann.does('conversations.read', { id })
  expect(await isMarked()).toEqual([false, 0])
  await tablet.hears('conversation_updated', (each) => each.is_marked_unread === false)
  const hears = (read_seq: number) =>
    tablet.hears('conversation_updated', (each) => {
      return each.read_seq === read_seq && each.is_marked_unread === false
    })
  await marks()
  await ben.says(ann, 'two')
  expect(await isMarked()).toEqual([true, 1])
  await ann.does('conversations.read', { id })
  expect(await isMarked()).toEqual([false, 0])
  await hears(2)
  await marks()
  await ann.says(ben, 'three')
  expect(await isMarked()).toEqual([false, 0])
  await hears(3)
  await marks()
  await ann.does('conversations.markUnread', { id, is_marked_unread: false })
  expect(await isMarked()).toEqual([false, 0])
})

test('what one has begun to write is on one’s other devices, and nobody else’s', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const { id: reply_to_id } = await ben.says(ann, 'well?')
  const [tablet, his] = [await ann.connects({ deviceId: 'tablet' }), await ben.connects()]
  const draft = { content: 'I was about to', reply_to_id, updated_at: expect.any(String) }
  const shown = await ann.does('conversations.draft', {
    id,
    content: 'I was about to',
    reply_to_id,
  })
  expect(shown.draft).toEqual(draft)
  const { data } = await tablet.hears('conversation_updated', (each) => Boolean(each.draft))
  expect(data.draft).toEqual(draft)
  const [listed] = (await ann.does('conversations.list')) as { draft?: unknown }[]
  expect(listed?.draft).toEqual(draft)
  const [theirs] = (await ben.does('conversations.list')) as object[]
  expect(theirs).not.toHaveProperty('draft')
  await ann.does('conversations.draft', { id, content: 'I was about to say' })
  expect((await ann.does('conversations.draft', { id, content: '' })).draft).toBeUndefined()
  await tablet.hears('conversation_updated', (each) => each.draft === null)
  expect(his.all('conversation_updated').filter((told) => 'draft' in told.data)).toEqual([])
  const { group_id, conversation_id } = await ann.does('groups.create', {
    name: 'Wrens',
    member_ids: [ben.userId],
  })
  await ben.does('conversations.draft', { id: conversation_id, content: 'bye' })
  await ben.does('groups.leave', { group_id })
  expect((await ben.tries('conversations.draft', { id: conversation_id, content: 'x' })).code).toBe(
    4541,
  )
  // And what they had begun is gone with them.
  await ann.does('groups.invite', { group_id, invitee_user_id: ben.userId })
  const [asked] = (await ben.does('groups.receivedInvitations')) as { id: number }[]
  await ben.does('groups.acceptInvitation', { id: asked?.id })
  const [again] = (await ben.does('conversations.list', { kind: 'group' })) as object[]
  expect(again).not.toHaveProperty('draft')
  const long = await ann.tries('conversations.draft', { id, content: 'x'.repeat(5_001) })
  expect(long.code).toBe(4010)
})

test('muting ends by itself, and a group can be muted like a friend', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const { conversation_id } = await ann.does('groups.create', { name: 'Wrens' })
  const isMuted = async (of: number) => {
    const all = (await ann.does('conversations.list', { kind: 'all' })) as {
      id: number
      is_muted: boolean
    }[]
    return all.find((each) => each.id === of)?.is_muted
  }
  await ann.says(ben, 'hi')
  const until = '2100-01-01T00:00:00Z'
  for (const each of [id, conversation_id]) {
    const muted = await ann.does('conversations.mute', { id: each, is_muted: true, until })
    expect(muted).toMatchObject({ id: each, is_muted: true })
    await sql()`
      update conversation_members set quiet_until = now() where conversation_id = ${each}
        and is_muted`
    expect(await isMuted(each)).toBe(false)
    await ann.does('conversations.mute', { id: each, is_muted: true })
    expect(await isMuted(each)).toBe(true)
    await ann.does('conversations.mute', { id: each, is_muted: false })
    expect(await isMuted(each)).toBe(false)
  }
  const past = { id, is_muted: true, until: '2020-01-01T00:00:00Z' }
  expect(await ann.does('conversations.mute', past)).toMatchObject({ is_muted: false })
})

test('a mute that ends by its time is told, with what it takes out of the archive', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const tablet = await ann.connects({ deviceId: 'tablet' })
  const until = '2100-01-01T00:00:00Z'
  await ann.does('conversations.mute', { id, is_muted: true, until })
  await ann.does('conversations.archive', { id })
  await ben.says(ann, 'hi')
  expect(await idsOf(ann)).toEqual([])
  await sql()`
    update conversation_members set quiet_until = now() where conversation_id = ${id} and is_muted`
  expect(await idsOf(ann)).toEqual([id])
  await endMutes(app.nodes[0]!.ctx)
  await tablet.hears('conversation_updated', ({ is_muted, is_archived, muted_until }) => {
    return is_muted === false && is_archived === false && muted_until === null
  })
})

test('all, mentions alone, or nothing: each is notified as they have asked for', async () => {
  const { ann, all, some, none } = await app.people('ann', 'all', 'some', 'none')
  const { group_id, conversation_id: id } = await ann.does('groups.create', {
    name: 'Wrens',
    is_public: true,
  })
  const others = { all, some, none }
  for (const [name, who] of Object.entries(others)) {
    await who.does('groups.join', { group_id })
    await who.does('push.subscribe', service.subscription(name))
  }
  await some.does('conversations.mute', { id, is_muted: true })
  await none.does('conversations.mute', { id, is_muted: true, mentions: false })
  const counts = () =>
    Object.keys(others).map(
      (name) => service.received.filter(({ path }) => path === `/push/${name}`).length,
    )
  const says = (content: string, at_users?: string[]) =>
    ann.does('groups.send', { group_id, message_type: 1, content, ...(at_users && { at_users }) })
  await says('to everybody there')
  await eventually(() => counts()[0] === 1, { what: 'a notification' })
  await says('to all three', [all.userId, some.userId, none.userId])
  await eventually(() => counts()[0]! >= 2 && counts()[1] === 1, { what: 'of a mention' })
  // All jobs are done: what was not sent by now never is.
  await eventually(async () => {
    const { push, delivery } = await app.nodes[0]!.ctx.queues.depths()
    return push.waiting + push.active + delivery.waiting + delivery.active === 0
  })
  expect(counts().slice(1)).toEqual([1, 0])
})
