// Who may fetch a file: asked each time, of all that it is used in.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { fetches, mayFetch, uploads as sends } from '../support/files.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let carol: Person
let dan: Person
beforeAll(async () => {
  app = await install({ nodes: 2, workers: { queues: ['delivery', 'media'] } })
  ;({ alice, bob, carol, dan } = await app.people('alice', 'bob', 'carol', 'dan'))
  await alice.befriends(bob)
  await bob.befriends(carol)
  await alice.befriends(carol)
  await carol.befriends(dan)
})
afterAll(() => app[Symbol.asyncDispose]())

/** Of words: nobody waits for what is done with pictures. */
const uploads = (person: Person) => sends(person, 'a lake')
const image = { message_type: 2, content: '' }
const who = async (media_id: number, ...people: Person[]) =>
  Promise.all(people.map((person) => mayFetch(person, media_id)))

test('between two people: the two, until it is taken back, deleted, or one blocks the other', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const [one, two, three] = [await uploads(ann), await uploads(ann), await uploads(ann)]
  expect(await who(one.media_id, ann, ben)).toEqual([true, false])
  const said = await ann.says(ben, 'a lake', { message_type: 2, media_id: one.media_id })
  expect(said).toMatchObject({ media_id: one.media_id, media_url: one.path })
  const phone = await ann.connects({ base: app.url(1) })
  const frame = { ...image, to_user_id: ben.userId, media_id: two.media_id }
  expect((await phone.asks('send_message', frame)).type).toBe('ack')
  // The path of a file is as good as its number.
  const kept = await ann.says(ben, '', { message_type: 2, media_url: three.path })
  expect(kept.media_id).toBe(three.media_id)
  for (const { media_id } of [one, two, three]) {
    expect(await who(media_id, ann, ben, carol, dan)).toEqual([true, true, false, false])
  }
  const { url } = await ben.does('media.link', { media_id: one.media_id })
  await ann.does('messages.recall', { id: said.id })
  // Within the life of a link.
  expect((await fetch(new URL(url, ben.base))).status).toBe(404)
  expect(await who(one.media_id, ann, ben)).toEqual([true, false])
  await ben.does('messages.delete', { id: kept.id })
  expect(await who(three.media_id, ann, ben)).toEqual([true, false])
  await ann.does('friends.block', { blocked_user_id: ben.userId })
  expect(await who(two.media_id, ann, ben)).toEqual([true, false])
  await ann.does('friends.unblock', { user_id: ben.userId })
  expect(await who(two.media_id, ann, ben)).toEqual([true, true])
})

test('in a group: its members, for what they may read, while they are in', async () => {
  const { group_id } = await alice.does('groups.create', {
    name: 'Herons',
    member_ids: [bob.userId],
  })
  const { media_id } = await uploads(alice)
  const said = await alice.does('groups.send', { group_id, ...image, media_id })
  expect(said.media_id).toBe(media_id)
  await alice.does('groups.invite', { group_id, invitee_user_id: carol.userId })
  const [invited] = (await carol.does('groups.receivedInvitations')) as { id: number }[]
  await carol.does('groups.acceptInvitation', { id: invited!.id })
  // What was said before her time is not for her.
  expect(await who(media_id, bob, carol, dan)).toEqual([true, false, false])
  const next = await uploads(alice)
  await alice.does('groups.send', { group_id, ...image, media_id: next.media_id })
  expect(await who(next.media_id, bob, carol)).toEqual([true, true])
  await alice.does('groups.kick', { group_id, target_user_id: bob.userId })
  expect(await who(next.media_id, bob, carol)).toEqual([false, true])
})

test('what is passed on takes its files along, alone and merged, whatever becomes of the first', async () => {
  const { media_id } = await uploads(alice)
  const said = await alice.says(bob, '', { ...image, media_id })
  const target = [{ to_user_id: carol.userId }]
  const [copy] = await bob.does('messages.forward', { message_id: said.id, targets: target })
  expect(copy).toMatchObject({ media_id, from_user_id: bob.userId })
  expect(await who(media_id, carol, dan)).toEqual([true, false])
  await alice.does('messages.recall', { id: said.id })
  expect(await who(media_id, bob, carol)).toEqual([true, true])
  const other = await uploads(alice)
  const ids = [
    (await alice.says(bob, 'look')).id,
    (await alice.says(bob, '', { ...image, media_id: other.media_id })).id,
  ]
  const merged = { message_ids: ids, targets: target }
  const [bundle] = await bob.does('messages.forward', merged)
  expect(JSON.parse(bundle!.content).items[1].media_url).toBe(other.path)
  expect(await who(other.media_id, carol, dan)).toEqual([true, false])
  const passed = { message_id: bundle!.id, targets: [{ to_user_id: dan.userId }] }
  await carol.does('messages.forward', passed)
  expect(await who(other.media_id, dan)).toEqual([true])
})

test('of a moment: whoever sees it; an avatar: whoever sees it', async () => {
  const files = [await uploads(alice), await uploads(alice)]
  const media_ids = files.map((file) => file.media_id)
  const images = ['https://example.com/lake.jpg']
  const post = await alice.does('moments.create', { media_ids, images, visible: 1 })
  expect(post.image_list).toEqual([...images, ...files.map((file) => file.path)])
  expect(await who(media_ids[1]!, bob, dan)).toEqual([true, false])
  await alice.does('moments.remove', { id: post.id })
  expect(await who(media_ids[1]!, bob)).toEqual([false])
  const face = await uploads(alice)
  const me = await alice.does('accounts.updateMe', { avatar_media_id: face.media_id })
  expect(me.avatar).toBe(face.path)
  expect(await who(face.media_id, bob, dan)).toEqual([true, true])
  await alice.does('friends.block', { blocked_user_id: dan.userId })
  expect(await who(face.media_id, bob, dan)).toEqual([true, false])
  await alice.does('accounts.updateMe', { avatar: '' })
  expect(await who(face.media_id, alice, bob)).toEqual([true, false])
  const sign = await uploads(bob)
  const group = { name: 'Coots', member_ids: [alice.userId], avatar_media_id: sign.media_id }
  const { group_id, avatar } = await bob.does('groups.create', group)
  expect(avatar).toBe(sign.path)
  expect(await who(sign.media_id, alice, dan)).toEqual([true, false])
  // Another admin changes the name and sends the avatar along as it is.
  await bob.does('groups.setRole', { group_id, target_user_id: alice.userId, role: 2 })
  await alice.does('groups.update', { group_id, name: 'Grebes', avatar })
  await alice.does('groups.update', { group_id, is_public: true })
  expect(await who(sign.media_id, dan)).toEqual([true])
  await alice.does('groups.update', { group_id, avatar: 'https://example.com/coot.png' })
  expect(await who(sign.media_id, alice, dan)).toEqual([false, false])
})

test('a file of others and one that is not there are refused alike, wherever it is named', async () => {
  const { media_id } = await uploads(alice)
  const nothing = 9_007_199_254_740_000
  const { group_id } = await dan.does('groups.create', { name: 'Storks' })
  const phone = await dan.connects()
  const to = { to_user_id: carol.userId, ...image }
  const later = new Date(Date.now() + 86_400_000).toISOString()
  for (const asks of [
    (id: number) => dan.tries('messages.send', { ...to, media_id: id }),
    (id: number) => dan.tries('messages.send', { ...to, media_url: `/api/v1/media/${id}` }),
    (id: number) => dan.tries('groups.send', { group_id, ...image, media_id: id }),
    (id: number) => dan.tries('messages.schedule', { ...to, media_id: id, send_at: later }),
    (id: number) => dan.tries('moments.create', { media_ids: [id] }),
    (id: number) => dan.tries('moments.create', { images: [`/api/v1/media/${id}`] }),
    (id: number) => dan.tries('accounts.updateMe', { avatar_media_id: id }),
    (id: number) => dan.tries('groups.update', { group_id, avatar: `/api/v1/media/${id}` }),
    (id: number) => dan.tries('groups.create', { name: 'Terns', avatar_media_id: id }),
    (id: number) => dan.tries('media.get', { media_id: id }),
    (id: number) => dan.tries('media.link', { media_id: id }),
    (id: number) => phone.asks('send_message', { ...to, media_id: id }),
  ]) {
    const seen = async (id: number) => {
      const answer = await asks(id)
      return 'status' in answer ? [answer.status, answer.code, answer.data] : answer.data
    }
    const [theirs, none] = [await seen(media_id), await seen(nothing)]
    expect(theirs).toEqual(none)
    expect(JSON.stringify(theirs)).toContain('4004')
  }
  expect((await fetches(dan, media_id)).status).toBe(404)
  for (const [said, reason] of [
    [{ ...to, media_id, media_url: 'https://example.com/a.png' }, 'media_url'],
    [{ ...to, message_type: 1, content: 'hi', media_id }, 'message_type'],
  ] as const) {
    const { data } = await dan.tries('messages.send', said)
    expect(data as unknown).toEqual({ field: 'media_id', reason: 'conflict', with: reason })
  }
})
