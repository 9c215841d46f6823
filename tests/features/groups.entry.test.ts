// Brought into a group and kept out of it: invitations, links, bans.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, env: { PUBLIC_URL: 'https://chat.example.com' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const make = (owner: Person, settings: object = {}) =>
  owner.does('groups.create', { name: 'Herons', ...settings })

const isIn = async (who: Person, group_id: string) =>
  (await who.tries('groups.members', { group_id })).code === 0

describe('invitations', () => {
  test('a friend is asked, hears of it, and comes in', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    await ann.befriends(ben)
    const { group_id } = await make(ann)
    const device = await ben.connects({ base: app.url(1) })
    const asked = await ann.does('groups.invite', { group_id, invitee_user_id: ben.userId })
    expect(asked).toMatchObject({ group_id, status: 0, inviter_user_id: ann.userId })
    const { data } = await device.hears('group_invitation')
    expect(data).toMatchObject({ id: asked.id, group: { name: 'Herons', member_count: 1 } })
    const again = await ann.tries('groups.invite', { group_id, invitee_user_id: ben.userId })
    expect(again.code).toBe(4511)
    const received = await ben.does('groups.receivedInvitations')
    expect(received).toMatchObject([{ id: asked.id, inviter: { user_id: ann.userId } }])
    expect((await ann.tries('groups.acceptInvitation', { id: asked.id })).code).toBe(4512)
    const joined = await ben.does('groups.acceptInvitation', { id: asked.id })
    expect(joined).toMatchObject({ status: 'joined', group: { group_id, my_role: 1 } })
    expect((await ben.tries('groups.acceptInvitation', { id: asked.id })).code).toBe(4513)
    expect(await ben.does('groups.receivedInvitations')).toEqual([])
  })

  test('nobody but friends; not who is in; not into what ended, nor by who has left', async () => {
    const { ann, ben, cat, sam } = await app.people('ann', 'ben', 'cat', 'sam')
    for (const friend of [ben, cat]) await ann.befriends(friend)
    await ben.befriends(cat)
    const { group_id } = await make(ann, { member_ids: [ben.userId] })
    const code = async (by: Person, whom: Person) =>
      (await by.tries('groups.invite', { group_id, invitee_user_id: whom.userId })).code
    expect(await code(ann, sam)).toBe(4403)
    expect(await code(ann, ben)).toBe(4009)
    expect(await code(ann, ann)).toBe(4010)
    expect(await code(sam, ann)).toBe(4551)
    const { id } = await ben.does('groups.invite', { group_id, invitee_user_id: cat.userId })
    await ben.does('groups.leave', { group_id })
    expect((await cat.tries('groups.acceptInvitation', { id })).code).toBe(4512)
    const other = await make(ann)
    const asked = { group_id: other.group_id, invitee_user_id: cat.userId }
    const { id: late } = await ann.does('groups.invite', asked)
    await ann.does('groups.dissolve', { group_id: other.group_id })
    expect((await cat.tries('groups.acceptInvitation', { id: late })).code).toBe(4512)
    expect(await cat.does('groups.receivedInvitations')).toEqual([])
  })

  test('of a member are no more than a word to the admins, where they have to agree', async () => {
    const { ann, ben, cat, dan } = await app.people('ann', 'ben', 'cat', 'dan')
    await ann.befriends(ben)
    for (const friend of [cat, dan]) await ben.befriends(friend)
    const { group_id } = await make(ann, { member_ids: [ben.userId], join_approval: true })
    const invites = (whom: Person) =>
      ben.does('groups.invite', { group_id, invitee_user_id: whom.userId })
    const { id } = await invites(cat)
    expect(await cat.does('groups.acceptInvitation', { id })).toMatchObject({
      status: 'requested',
      request: { user_id: cat.userId },
    })
    expect(await isIn(cat, group_id)).toBe(false)
    await ann.does('groups.setRole', { group_id, target_user_id: ben.userId, role: 2 })
    const { id: second } = await invites(dan)
    expect((await dan.does('groups.acceptInvitation', { id: second })).status).toBe('joined')
    const { id: third } = await invites(cat)
    expect((await cat.does('groups.rejectInvitation', { id: third })).status).toBe(2)
    expect((await cat.tries('groups.rejectInvitation', { id: third })).code).toBe(4513)
  })
})

describe('links', () => {
  test('bring in whoever has one, as often as they say, until they are revoked', async () => {
    const { ann, ben, cat, dan } = await app.people('ann', 'ben', 'cat', 'dan')
    const { group_id } = await make(ann, { join_approval: true })
    const link = await ann.does('groups.createLink', { group_id, max_uses: 2, expires_in: 3_600 })
    expect(link.url).toBe(`https://chat.example.com/join/${link.code}`)
    expect(link.code).toMatch(/^[\w-]{22}$/)
    const joins = (who: Person, code = link.code) =>
      who.tries('groups.joinByLink', { code: code ?? '' })
    expect((await joins(ben)).data).toMatchObject({ status: 'joined', group: { group_id } })
    // Once more by the same person takes no use.
    expect((await joins(ben)).code).toBe(0)
    const [listed] = await ann.does('groups.links', { group_id })
    expect(listed).toMatchObject({ uses: 1, max_uses: 2, created_by: ann.userId })
    expect(listed).not.toHaveProperty('code')
    expect((await ben.tries('groups.links', { group_id })).code).toBe(4403)
    expect((await joins(cat)).code).toBe(0)
    expect((await joins(dan)).code).toBe(4512)
    expect(await ann.does('groups.links', { group_id })).toEqual([])
    const other = await ann.does('groups.createLink', { group_id })
    await ann.does('groups.revokeLink', { group_id, link_id: other.id })
    expect((await joins(dan, other.code)).code).toBe(4512)
    expect((await joins(dan, 'no such code')).code).toBe(4512)
  })

  test('lead to a page that hands the code to the app, and tells nobody whether it is good', async () => {
    const ask = async (code: string, language: string) => {
      const response = await fetch(`${app.url()}/join/${code}`, {
        headers: { 'accept-language': language },
      })
      return { response, text: await response.text() }
    }
    const { ann } = await app.people('ann')
    const { group_id } = await make(ann)
    const { code = '' } = await ann.does('groups.createLink', { group_id })
    const { response, text } = await ask(code, 'en')
    expect(response.status).toBe(200)
    expect(text).toContain(`href="curlew:/join/${code}"`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    const unknown = 'x'.repeat(22)
    expect((await ask(unknown, 'en')).text.replaceAll(unknown, code)).toBe(text)
    expect((await ask(code, 'zh')).text).toContain('邀请')
    for (const bad of ['short', `${code}x`, encodeURIComponent(`"><script>${'x'.repeat(12)}`)]) {
      expect((await ask(bad, 'en')).response.status).toBe(404)
    }
  })

  test('one use left and ten who want it by two nodes: one comes in', async () => {
    const { ann } = await app.people('ann')
    const crowd = Object.values(
      await app.people(...Array.from({ length: 10 }, (_, n) => `q${n}`)),
    ) as Person[]
    const { group_id } = await make(ann)
    const { code } = await ann.does('groups.createLink', { group_id, max_uses: 1 })
    const there = await Promise.all(crowd.map((who) => who.again(app.url(1))))
    const answers = await Promise.all(
      [...crowd, ...there].map((who) => who.tries('groups.joinByLink', { code: code! })),
    )
    const won = answers.filter((each) => each.code === 0)
    expect(won.length).toBeGreaterThan(0)
    expect(won.length).toBeLessThanOrEqual(2)
    expect(answers.filter((each) => each.code !== 0 && each.code !== 4512)).toEqual([])
    expect((await ann.does('groups.get', { group_id })).member_count).toBe(2)
  })

  test('accepted forty times at once: somebody comes in once', async () => {
    const { ann, ben } = await app.people('ann', 'ben')
    await ann.befriends(ben)
    const { group_id } = await make(ann)
    const { id } = await ann.does('groups.invite', { group_id, invitee_user_id: ben.userId })
    const there = await ben.again(app.url(1))
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        [ben, there][n % 2]!.tries('groups.acceptInvitation', { id }),
      ),
    )
    expect(answers.filter((each) => each.code === 0)).toHaveLength(1)
    expect(answers.filter((each) => each.code === 4513)).toHaveLength(39)
    expect((await ann.does('groups.get', { group_id })).member_count).toBe(2)
  })
})

test('who is banned goes, and comes in by no way until they may again', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const { group_id } = await make(ann, { is_public: true, member_ids: [ben.userId] })
  const { code } = await ann.does('groups.createLink', { group_id })
  const device = await ben.connects()
  await ann.does('groups.ban', { group_id, target_user_id: ben.userId })
  await device.hears('group_member_leave', (data) => data.user_id === ben.userId)
  const tries = async () => [
    (await ben.tries('groups.join', { group_id })).code,
    (await ben.tries('groups.joinByLink', { code: code! })).code,
    (await ann.tries('groups.invite', { group_id, invitee_user_id: ben.userId })).code,
  ]
  expect(await tries()).toEqual([4403, 4403, 4403])
  const list = await ann.does('groups.bans', { group_id })
  expect(list).toMatchObject([{ user_id: ben.userId, by_user_id: ann.userId }])
  await ann.does('groups.unban', { group_id, user_id: ben.userId })
  expect((await ben.does('groups.join', { group_id })).status).toBe('joined')
  expect((await ben.tries('groups.ban', { group_id, target_user_id: ann.userId })).code).toBe(4403)
})
