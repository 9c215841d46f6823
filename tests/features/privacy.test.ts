// Privacy: what somebody hides is seen by no door, and they see it of nobody.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { exported, features } from '../../src/features/all.ts'
import { watchers } from '../../src/features/presence/watchers.ts'
import { limits } from '../../src/limits.ts'
import type { Privacy } from '../../src/protocol/settings.ts'
import type { SyncEvent } from '../../src/protocol/sync.ts'
import { FiringClock } from '../support/clock.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

let app: Installation
// A node looks who is there when it is told to.
const clock = new FiringClock([limits.presence.lookMs])
beforeAll(async () => {
  app = await install({ nodes: 2, clock })
})
afterAll(() => app[Symbol.asyncDispose]())

const here = () => app.nodes[0]!.ctx
const sets = (person: Person, privacy: Partial<Privacy>) =>
  person.does('settings.update', { privacy })

/** All that was told has been told, and has arrived. */
async function settled(...devices: Device[]): Promise<void> {
  await eventually(async () => (await here().sql`select 1 from outbox limit 1`).length === 0, {
    what: 'an empty outbox',
  })
  for (const device of devices) await eventually(() => isQuiet(device), { what: 'a quiet socket' })
}

/** Nothing came behind the answer to a ping. */
async function isQuiet(device: Device): Promise<boolean> {
  const count = device.all('pong').length
  device.frame('ping', {}, `quiet ${count}`)
  await eventually(() => device.all('pong').length > count, { what: 'a pong' })
  return device.heard.at(-1)?.type === 'pong'
}

/** What comes since a cursor, and the cursor after it. */
async function since(person: Person, cursor: string) {
  const { events, next_cursor } = await person.does('sync.get', { cursor })
  return { events: events as SyncEvent[], next_cursor }
}

/** Two friends, a third one, and a group of all. */
async function three() {
  const people = await app.people('ann', 'ben', 'cai')
  const { ann, ben, cai } = people
  const id = await ann.befriends(ben)
  await cai.befriends(ann)
  await cai.befriends(ben)
  const member_ids = [ann.userId, ben.userId]
  const { group_id } = await cai.does('groups.create', { name: 'Herons', member_ids })
  return { ...people, id, group_id }
}

const hiders = ['nobody', 'ann', 'ben'] as const

test.each(hiders)('how far somebody has read, where %s hides it', async (hider) => {
  const { id, group_id, ...people } = await three()
  const { ann, ben, cai } = people
  if (hider !== 'nobody') await sets(people[hider], { receipts: false })
  const phone = await ann.connects()
  const { id: said } = await ann.says(ben, 'hi')
  const inGroup = { group_id, message_type: 1, content: 'hi all' }
  const { id: toAll } = await ann.does('groups.send', inGroup)
  const announced = { group_id, content: 'Bring towels.' }
  const { id: announcement } = await cai.does('groups.announce', announced)
  await settled(phone)
  const mirror = new Mirror(ann)
  await mirror.catchesUp()
  const { next_cursor: before } = await since(ann, '')
  await ben.does('conversations.read', { id })
  await settled(phone)
  const came = await since(ann, before)
  for (const reader of [ben, cai]) await reader.does('groups.read', { group_id })
  await ben.does('groups.readAnnouncement', { id: announcement })
  const unread = await ann.says(ben, 'and this')
  await settled(phone)
  const [listed] = (await ann.does('conversations.list')) as {
    user1_id: string
    user1_unread: number
    user2_unread: number
  }[]
  const history = await ann.reads(id)
  const { list: readers } = await ann.does('groups.readers', { id: toAll })
  const fresh = (await since(ann, '')).events
  const receipts = fresh.flatMap((each) => (each.type === 'read_receipt' ? [each.data] : []))
  const isShown = hider === 'nobody'
  const told = phone.all('read_receipt').map(({ data }) => data.reader_user_id)
  expect({
    history: history.map((each) => [each.id, each.is_read, each.read_at !== null]),
    left: listed!.user1_id === ben.userId ? listed!.user1_unread : listed!.user2_unread,
    readers: readers.map(({ user }) => user.user_id).toSorted(),
    receipts: receipts.map((each) => [each.conversation_id, each.read_seq]),
    since: came.events.length > 0,
    live: [...new Set(told)].toSorted(),
  }).toEqual({
    history: [
      [said, isShown, isShown],
      [unread.id, false, false],
    ],
    left: isShown ? 1 : 0,
    // Who hides it is missing; who hides it sees nobody.
    readers: { nobody: [ben.userId, cai.userId], ann: [], ben: [cai.userId] }[hider],
    receipts: isShown ? [[id, 1]] : [],
    since: isShown,
    live: { nobody: [ben.userId, cai.userId], ann: [], ben: [cai.userId] }[hider],
  })
  // Nor by the list of who has read what admins keep in sight.
  const page = await cai.does('groups.announcementReaders', { id: announcement })
  expect(Array.isArray(page) && page.map(({ user_id }) => user_id)).toEqual(
    hider === 'ben' ? [] : [ben.userId],
  )
  const counted = async (by: Person) => {
    const [first] = (await by.does('groups.announcements', { group_id })) as {
      read_count: number
    }[]
    return first?.read_count
  }
  expect([await counted(cai), await counted(ann)]).toEqual([
    hider === 'ben' ? 0 : 1,
    isShown ? 1 : 0,
  ])
  // Hidden or shown from now on: whoever knew catches up on it.
  for (const is of [!isShown, isShown]) {
    await sets(hider === 'nobody' ? ben : people[hider], { receipts: is })
    await settled()
    await mirror.catchesUp()
    const { kept, fresh: anew } = await isWhole(mirror, ann)
    expect(kept).toEqual(anew)
    expect((await ann.reads(id))[0]?.is_read).toBe(is)
    expect(await counted(ann)).toBe(is ? 1 : 0)
    expect(await counted(cai)).toBe(is || hider === 'ann' ? 1 : 0)
  }
})

test.each(hiders)('who is typing, where %s hides it', async (hider) => {
  const { id, group_id, ...people } = await three()
  const { ann, ben, cai } = people
  if (hider !== 'nobody') await sets(people[hider], { typing: false })
  const [phone, others] = [await ann.connects(), await cai.connects()]
  await ben.does('messages.typing', { conversation_id: id })
  const bens = await ben.connects({ base: app.url(1) })
  expect((await bens.asks('typing', { group_id })).type).toBe('ack')
  await cai.does('groups.typing', { group_id })
  await ben.does('groups.send', { group_id, message_type: 1, content: 'that was it' })
  for (const device of [phone, others]) await device.hears('group_message')
  const heard = (device: Device) =>
    device.all('typing').map(({ data }) => `${data.user_id} ${data.group_id ?? ''}`)
  const all = [`${ben.userId} `, `${ben.userId} ${group_id}`, `${cai.userId} ${group_id}`]
  expect(heard(phone)).toEqual({ nobody: all, ann: [], ben: all.slice(2) }[hider])
  expect(heard(others)).toEqual(hider === 'ben' ? [] : all.slice(1, 2))
})

test.each(hiders)('who is there, and was, where %s hides it', async (hider) => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const person = hider === 'ann' ? ann : ben
  if (hider !== 'nobody') await sets(person, { last_seen: 'nobody' })
  const look = () => here().of(watchers).look()
  const phone = await ann.connects()
  const bens = await ben.connects({ base: app.url(1) })
  await eventually(async () => {
    const { id } = await ben.does('accounts.me')
    return (await here().registry.online([id])).has(id)
  })
  const [watched, batch] = [{ user_ids: [ben.userId] }, { user_ids: ben.userId }]
  const shown = async () => ({
    watched: (await phone.asks('watch_presence', watched)).data as Record<string, unknown>,
    batch: await ann.does('presence.batch', batch),
    friends: (await ann.does('presence.friends')).map((each) => each.friend_id),
    self: await ben.does('presence.batch', batch),
  })
  const seen = (online: boolean) => ({
    watched: { [ben.userId]: { online, last_seen_at: null } },
    batch: { [ben.userId]: online },
    friends: online ? [ben.userId] : [],
    self: { [ben.userId]: true },
  })
  const isShown = hider === 'nobody'
  expect(await shown()).toEqual(seen(isShown))
  const told = () => phone.all('presence').map(({ data }) => data.online)
  // Whoever watches sees it change at once, both ways.
  await sets(person, { last_seen: isShown ? 'nobody' : 'friends' })
  await phone.hears('presence', ({ online }) => online === !isShown)
  expect(await shown()).toEqual(seen(!isShown))
  await sets(person, { last_seen: isShown ? 'friends' : 'nobody' })
  await phone.hears('presence', ({ online }) => online === isShown)
  const before = told()
  await bens.close()
  await eventually(async () => (await ben.does('presence.batch', batch))[ben.userId] === false)
  await look()
  clock.passes(limits.presence.graceMs)
  await look()
  if (isShown) await phone.hears('presence', ({ last_seen_at }) => last_seen_at !== null)
  await settled(phone)
  expect(told()).toEqual(isShown ? [...before, false] : before)
})

test('settings are the same on all devices, each kept, taken along and erased', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const usual = await ann.does('settings.get')
  expect(usual.privacy).toEqual({
    receipts: true,
    typing: true,
    last_seen: 'friends',
    find_me: 'everyone',
    request_me: 'everyone',
    group_me: 'friends',
  })
  const tablet = await ann.connects({ deviceId: 'tablet' })
  const { next_cursor } = await since(ann, '')
  // Two devices at once: neither loses what it has set.
  await Promise.all([sets(ann, { receipts: false }), sets(ann, { find_me: 'friends' })])
  const email = { digest: 'daily' }
  await ann.does('settings.update', { email })
  const now = await ann.does('settings.get')
  const privacy = { ...usual.privacy, receipts: false, find_me: 'friends' }
  expect(now).toEqual({ ...usual, privacy, email } as never)
  await tablet.hears('changed', ({ what }) => what === 'settings')
  const { events } = await since(ann, next_cursor)
  expect(events.find((each) => each.type === 'settings')).toEqual({ type: 'settings', data: now })
  const fresh = (await since(ann, '')).events
  expect(fresh[1]).toEqual({ type: 'settings', data: now })
  // What changes nothing is told to nobody; what is not known is refused, whatever stands beside it.
  await settled(tablet)
  const told = tablet.all('changed').length
  expect(await sets(ann, { receipts: false })).toEqual(now)
  const unknown = { reason: 'unknown_value' }
  for (const [body, details] of [
    [{ theme: {} }, { ...unknown, field: 'theme', allowed: ['privacy', 'push', 'email'] }],
    [
      { privacy: { typing: false }, theme: 'dark' },
      { ...unknown, field: 'theme' },
    ],
    [{ privacy: { photo: 'nobody' } }, { ...unknown, field: 'privacy.photo' }],
    [{ privacy: { last_seen: 'everyone' } }, { ...unknown, allowed: ['friends', 'nobody'] }],
  ] as const) {
    const refused = await ann.tries('settings.update', body)
    expect([refused.status, refused.code]).toEqual([422, 4010])
    expect(refused.data).toMatchObject(details)
  }
  await settled(tablet)
  expect(tablet.all('changed')).toHaveLength(told)
  expect(await ann.does('settings.get')).toEqual(now)

  const { sql } = here()
  const { id: user } = await ann.does('accounts.me')
  expect(await Array.fromAsync(exported.settings(sql, user))).toEqual([[now]])
  // What was not shown before is not shown once the account is gone.
  const id = await ann.befriends(ben)
  await ben.says(ann, 'hi')
  await ann.does('conversations.read', { id })
  await settled()
  for (const { custody } of features.toReversed()) {
    while (custody.erase && (await custody.erase(sql, user, 100)) > 0);
  }
  expect(await sql`select from privacy_settings where user_id = ${user}`).toHaveLength(0)
  expect(await sql`select from email_settings where user_id = ${user}`).toHaveLength(0)
  expect((await ben.reads(id)).map((each) => [each.is_read, each.read_at])).toEqual([[false, null]])
})
