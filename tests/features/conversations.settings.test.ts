// What somebody sets for a conversation of theirs: pinned, muted for a while, with mentions or without.
import { afterAll, beforeAll, expect, test } from 'bun:test'
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
const idsOf = async (who: Person) =>
  ((await who.does('conversations.list', { kind: 'all' })) as { id: number }[]).map(({ id }) => id)

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
  })
  const [his] = (await ben.does('conversations.list')) as { is_pinned: boolean }[]
  expect(his?.is_pinned).toBe(false)
  await ann.does('conversations.pin', { id: first, is_pinned: false })
  expect(await idsOf(ann)).toEqual([second, first])
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
