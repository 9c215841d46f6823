// Privacy: who may find somebody, ask them to be friends, and put them into groups.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Privacy } from '../../src/protocol/settings.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const sets = (person: Person, privacy: Partial<Privacy>) =>
  person.does('settings.update', { privacy })

/** By what somebody is found, seen and asked. */
const doors = {
  id: (by: Person, { userId: user_id }: Person) => by.tries('friends.search', { user_id }),
  name: (by: Person, { userId: keyword }: Person) => by.tries('friends.search', { keyword }),
  card: (by: Person, { userId: user_id }: Person) => by.tries('friends.card', { user_id }),
  request: (by: Person, { userId: to_user_id }: Person) =>
    by.tries('friends.sendRequest', { to_user_id }),
}

test.each([
  ['everyone', 'stranger', 'id name card request'],
  ['everyone', 'friend', 'id name card'],
  ['friends', 'stranger', ''],
  ['friends', 'friend', 'id name card'],
  ['friends', 'fellow', 'card request'],
  ['friends', 'asked', 'card'],
  ['nobody', 'stranger', ''],
  ['nobody', 'friend', 'card'],
  ['nobody', 'fellow', 'card request'],
  ['nobody', 'asked', 'card'],
] as const)('found by %s: a %s gets %p', async (find_me, role, gets) => {
  const { ann, ben } = await app.people('ann', 'ben')
  if (role === 'friend') await ann.befriends(ben)
  if (role === 'asked') await ann.does('friends.sendRequest', { to_user_id: ben.userId })
  if (role === 'fellow') {
    const { group_id } = await ann.does('groups.create', { name: 'Herons', is_public: true })
    await ben.does('groups.join', { group_id })
  }
  await sets(ann, { find_me })
  const found: string[] = []
  for (const [door, asks] of Object.entries(doors)) {
    // To whom has asked, asking is an answer.
    if (door === 'request' && role === 'asked') continue
    const { code, data } = await asks(ben, ann)
    if (code === 0 && (!Array.isArray(data) || data.length > 0)) found.push(door)
    else if (code !== 0) expect([door, code]).toEqual([door, role === 'friend' ? code : 4101])
  }
  expect(found.join(' ')).toBe(gets)
  // Keeping somebody off shows no more of them than the name one knew.
  const { group_id } = await ben.does('groups.create', { name: 'Kept off' })
  await ben.does('groups.ban', { group_id, target_user_id: ann.userId })
  const kept = await ben.does('groups.bans', { group_id })
  const name = find_me === 'everyone' || role !== 'stranger' ? 'ann' : ann.userId
  expect((kept as { user: { nickname: string } }[]).map(({ user }) => user.nickname)).toEqual([
    name,
  ])
  if (role === 'stranger') {
    await ben.does('friends.block', { blocked_user_id: ann.userId })
    const [block] = await ben.does('friends.blockedList')
    expect(block?.blocked_user.nickname).toBe(name)
    expect((await doors.card(ben, ann)).code).toBe(find_me === 'everyone' ? 0 : 4101)
  }
  // Oneself one always finds.
  expect((await doors.id(ann, ann)).code).toBe(0)
})

test('who takes no requests is asked by nobody, and may ask', async () => {
  const { ann, ben, cai } = await app.people('ann', 'ben', 'cai')
  await sets(ann, { request_me: 'nobody' })
  expect(await doors.request(ben, ann)).toMatchObject({ status: 403, code: 4403 })
  expect(await ann.does('friends.receivedRequests', { status: 0 })).toEqual([])
  await ann.does('friends.sendRequest', { to_user_id: ben.userId })
  expect((await doors.request(ben, ann)).data).toMatchObject({ status: 1 })
  // What waits already is answered by whoever it waits for.
  const asked = await cai.does('friends.sendRequest', { to_user_id: ben.userId })
  await sets(ben, { request_me: 'nobody', find_me: 'nobody' })
  await ben.does('friends.acceptRequest', { request_id: asked.id })
})

test('who wants to be in no group is put into none and asked into none', async () => {
  const { ann, ben, cai } = await app.people('ann', 'ben', 'cai')
  for (const other of [ben, cai]) await ann.befriends(other)
  const group = { name: 'Herons', is_public: true }
  const { group_id } = await ben.does('groups.create', group)
  const invitation = { group_id, invitee_user_id: ann.userId }
  const { id } = await ben.does('groups.invite', invitation)
  await sets(ann, { group_me: 'nobody' })
  const member_ids = [cai.userId, ann.userId]
  const made = await ben.tries('groups.create', { name: 'Storks', member_ids: [ann.userId] })
  expect([made.status, made.code, made.data]).toEqual([403, 4403, { field: 'member_ids' }] as never)
  expect((await ann.tries('groups.create', { name: 'Coots', member_ids: [cai.userId] })).code).toBe(
    0,
  )
  await cai.befriends(ben)
  expect((await ben.tries('groups.create', { name: 'Coots', member_ids })).code).toBe(4403)
  expect((await ben.does('groups.mine')) as unknown[]).toHaveLength(1)
  await ann.does('groups.rejectInvitation', { id })
  expect(await ben.tries('groups.invite', invitation)).toMatchObject({ status: 403, code: 4403 })
  // What she does herself is hers.
  expect(await ann.does('groups.join', { group_id })).toMatchObject({ status: 'joined' })
})
