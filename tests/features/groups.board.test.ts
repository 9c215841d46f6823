// What a group keeps in sight: announcements, pinned messages, names.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

async function group(owner: Person, others: Person[], settings: object = {}) {
  for (const other of others) await owner.befriends(other)
  const member_ids = others.map((each) => each.userId)
  return owner.does('groups.create', { name: 'Herons', member_ids, ...settings })
}

test('what is announced is heard, read, counted, changed and taken away', async () => {
  const { ann, ben, sam } = await app.people('ann', 'ben', 'sam')
  const { group_id } = await group(ann, [ben])
  const device = await ben.connects({ base: app.url(1) })
  const said = await ann.does('groups.announce', { group_id, content: 'Bring towels.' })
  expect(said).toMatchObject({ author_id: ann.userId, is_pinned: false, read_count: 0 })
  const { id } = said
  const first = await device.hears('group_announcement')
  expect(first.data).toMatchObject({ group_id, announcement: { id, content: 'Bring towels.' } })
  const pinned = await ann.does('groups.announce', { group_id, content: 'First.', is_pinned: true })
  await ann.does('groups.announce', { group_id, content: 'Newest.' })
  const list = await ben.does('groups.announcements', { group_id })
  expect(list.map((each) => each.content)).toEqual(['First.', 'Newest.', 'Bring towels.'])
  for (let times = 0; times < 2; times++) await ben.does('groups.readAnnouncement', { id })
  const readers = await ann.does('groups.announcementReaders', { id })
  expect(readers).toMatchObject([{ user_id: ben.userId }])
  const [, , read] = await ben.does('groups.announcements', { group_id })
  expect(read).toMatchObject({ id, read_by_me: true, read_count: 1 })
  await ann.does('groups.changeAnnouncement', { id, content: 'No towels.' })
  await device.hears('group_announcement', (data) => data.announcement?.content === 'No towels.')
  await ann.does('groups.removeAnnouncement', { id: pinned.id })
  const gone = (data: { announcement_id: number; announcement?: object }) =>
    data.announcement_id === pinned.id && data.announcement === undefined
  await device.hears('group_announcement', gone)
  const codes = [
    await ben.tries('groups.announce', { group_id, content: 'x' }),
    await ben.tries('groups.changeAnnouncement', { id, content: 'x' }),
    await ben.tries('groups.announcementReaders', { id }),
    await sam.tries('groups.readAnnouncement', { id }),
    await ann.tries('groups.removeAnnouncement', { id: pinned.id }),
    await ann.tries('groups.announce', { group_id, content: '\u200b' }),
  ].map((each) => each.code)
  expect(codes).toEqual([4403, 4403, 4403, 4521, 4521, 4010])
})

test('what is pinned is shown to those who may read it, until it is taken back', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const herons = await group(ann, [ben], { is_public: true })
  const { group_id } = herons
  const says = (content: string) => ann.does('groups.send', { group_id, message_type: 1, content })
  const [one, two] = [await says('one'), await says('two')]
  for (const { id } of [one, two]) await ann.does('groups.pin', { group_id, id })
  expect((await ben.tries('groups.pin', { group_id, id: one.id })).code).toBe(4403)
  await cat.does('groups.join', { group_id })
  const pinned = async (who: Person) =>
    (await who.does('groups.pinned', { group_id })).map((each) => each.message.content)
  expect(await pinned(ben)).toEqual(['two', 'one'])
  expect(await pinned(cat)).toEqual([])
  await ann.does('groups.recall', { id: one.id })
  expect(await pinned(ben)).toEqual(['two'])
  await ann.does('groups.unpin', { group_id, id: two.id })
  expect(await pinned(ben)).toEqual([])
  expect((await ann.tries('groups.unpin', { group_id, id: two.id })).code).toBe(4301)
  const other = await ann.does('groups.create', { name: 'Storks' })
  const foreign = { group_id: other.group_id, id: two.id }
  expect((await ann.tries('groups.pin', foreign)).code).toBe(4301)
})

test('a name in a group is shown to its members, but to whom one has blocked', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const { group_id } = await group(ann, [ben, cat])
  const named = await ben.does('groups.rename', { group_id, nickname: 'Captain' })
  expect(named).toMatchObject({ user_id: ben.userId, nickname: 'Captain' })
  const nameOf = async (who: Person) => {
    const list = (await who.does('groups.members', { group_id })) as {
      user_id: string
      nickname: string
    }[]
    return list.find((each) => each.user_id === ben.userId)?.nickname
  }
  await ben.does('friends.block', { blocked_user_id: cat.userId })
  expect([await nameOf(ann), await nameOf(cat)]).toEqual(['Captain', ''])
  expect(await ann.does('groups.members', { group_id, keyword: 'capt' })).toMatchObject([
    { user_id: ben.userId },
  ])
  await ben.does('groups.rename', { group_id, nickname: '' })
  expect(await nameOf(ann)).toBe('')
})
