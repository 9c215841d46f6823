// Forwarding: what one may read, said again elsewhere by whoever passes it on.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Message } from '../../src/protocol/messages.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

const group = async (owner: Person, ...members: Person[]) =>
  owner.does('groups.create', {
    name: 'Herons',
    member_ids: members.map(({ userId }) => userId),
  })
const code = async (who: Person, input: Record<string, unknown>) =>
  (await who.tries('messages.forward', input)).code

test("word for word, to people and groups at once, as one's own", async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  for (const friend of [alice, carol]) await bob.befriends(friend)
  const { group_id } = await group(bob, carol)
  const said = await alice.says(bob, 'look at this', {
    message_type: 2,
    media_url: 'https://example.com/duck.png',
  })
  const device = await carol.connects()
  const passed = await bob.does('messages.forward', {
    message_id: said.id,
    targets: [{ to_user_id: carol.userId }, { group_id }],
  })
  expect(passed).toHaveLength(2)
  for (const each of passed) {
    expect(each).toMatchObject({
      from_user_id: bob.userId,
      message_type: 2,
      content: 'look at this',
      media_url: 'https://example.com/duck.png',
      reply_to_id: null,
    })
    expect(JSON.stringify(each)).not.toContain(alice.userId)
  }
  await device.hears('message', ({ id }) => id === passed[0]?.id)
  await device.hears('group_message', ({ id }) => id === passed[1]?.id)
})

test('many become one, in the order in which they were said, with who said them', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  for (const friend of [alice, carol]) await bob.befriends(friend)
  const all = [
    await alice.says(bob, 'one'),
    await bob.says(alice, 'two'),
    await alice.says(bob, 'three'),
  ]
  const ids = all.map(({ id }) => id)
  const [passed] = await bob.does('messages.forward', {
    message_ids: ids.toReversed(),
    targets: [{ to_user_id: carol.userId }],
  })
  expect(passed?.message_type).toBe(7)
  expect(JSON.parse(passed?.content ?? '')).toEqual({
    items: all.map(({ from_user_id, content, created_at }) => ({
      from_user_id,
      nickname: from_user_id === alice.userId ? 'alice' : 'bob',
      message_type: 1,
      content,
      media_url: '',
      created_at,
    })),
  })
  const elsewhere = await bob.says(carol, 'elsewhere')
  const targets = [{ to_user_id: carol.userId }]
  expect(await code(bob, { message_ids: [...ids, elsewhere.id], targets })).toBe(4010)
  const long = await Promise.all(
    Array.from({ length: 4 }, () => alice.says(bob, '水'.repeat(2_000))),
  )
  expect(await code(bob, { message_ids: long.map(({ id }) => id), targets })).toBe(4010)
})

test('only what one may read, as it is now, and what means something elsewhere', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  for (const friend of [alice, carol]) await bob.befriends(friend)
  const targets = [{ to_user_id: bob.userId }]
  const { id } = await alice.says(bob, 'between us')
  expect(await code(carol, { message_id: id, targets })).toBe(4301)
  expect(await code(carol, { message_ids: [id], targets })).toBe(4301)
  const { group_id } = await alice.does('groups.create', { name: 'Herons', is_public: true })
  const before = await alice.does('groups.send', { group_id, message_type: 1, content: 'before' })
  await carol.does('groups.join', { group_id })
  expect(await code(carol, { message_id: before.id, targets })).toBe(4301)
  const [joined] = (await carol.does('groups.history', { group_id })) as Message[]
  expect(await code(carol, { message_id: joined!.id, targets })).toBe(4403)
  const gone = await alice.says(bob, 'oops')
  await alice.does('messages.recall', { id: gone.id })
  const on = { targets: [{ to_user_id: carol.userId }] }
  expect(await code(bob, { message_id: gone.id, ...on })).toBe(4403)
  const edited = await alice.says(bob, 'helo')
  await alice.does('messages.edit', { id: edited.id, content: 'hello' })
  const [passed] = await bob.does('messages.forward', { message_id: edited.id, ...on })
  expect(passed).toMatchObject({ content: 'hello', edited_at: null })
})

test('each target is judged by itself, and a second call says the rest', async () => {
  const { alice, bob, carol, dan } = await app.people('alice', 'bob', 'carol', 'dan')
  for (const friend of [alice, carol]) await bob.befriends(friend)
  const { group_id } = await group(carol, bob)
  await carol.does('groups.update', { group_id, mute_all: true })
  const { id: message_id } = await alice.says(bob, 'pass it on')
  expect(await code(bob, { message_id, targets: [{ to_user_id: dan.userId }] })).toBe(4403)
  expect(await code(bob, { message_id, targets: [{ group_id }] })).toBe(4553)
  const input = {
    message_id,
    client_msg_id: crypto.randomUUID(),
    targets: [{ to_user_id: carol.userId }, { group_id }, { to_user_id: dan.userId }],
  }
  const failed = await bob.tries('messages.forward', input)
  expect([failed.code, failed.data as unknown]).toEqual([
    4531,
    {
      sent: 1,
      failed: [
        { index: 1, code: 4553 },
        { index: 2, code: 4403 },
      ],
    },
  ])
  await carol.does('groups.update', { group_id, mute_all: false })
  await bob.befriends(dan)
  const passed = await bob.does('messages.forward', input)
  expect(await bob.does('messages.forward', input)).toEqual(passed)
  const talk = (passed[0] as Message).conversation_id
  expect((await carol.reads(talk)).filter(({ content }) => content === 'pass it on')).toHaveLength(
    1,
  )
})

test('one way to say what, one way to say where, each place once, twenty at most', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const { id } = await alice.says(bob, 'hi')
  const to = { to_user_id: bob.userId }
  const wrong: Record<string, unknown>[] = [
    { targets: [to] },
    { message_id: id, message_ids: [id], targets: [to] },
    { message_id: id, targets: [] },
    { message_id: id },
    { message_id: id, targets: [{}] },
    { message_id: id, targets: [{ ...to, group_id: 'G7K2MNPQR4TVW' }] },
    { message_id: id, targets: [to, to] },
    { message_id: id, targets: [to, { to_user_id: bob.userId.toUpperCase() }] },
    { message_id: id, targets: Array.from({ length: 21 }, (_, n) => ({ to_user_id: `bob-${n}` })) },
    { message_ids: [], targets: [to] },
    { message_ids: [id, id], targets: [to] },
  ]
  for (const input of wrong) expect([input, await code(alice, input)]).toEqual([input, 4010])
})
