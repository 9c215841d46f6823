// The law of sight: whom somebody has blocked sees their user_id and nothing else that could change,
// by whatever operation, frame, notification, mail or file.
import type { TSchema } from '@sinclair/typebox'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkers } from '../../workers/worker-process.ts'
import { findSights } from '../../src/features/people/people.ts'
import { serverFrames } from '../../src/protocol/frames.ts'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { mailText, proved } from '../support/owners.ts'
import type { Person } from '../support/people.ts'
import { startPushService, type PushService } from '../support/push-service.ts'
import { ask, rows, sceneOf } from './ask.ts'
import { gather } from './cast.ts'
import { heard as heardOf, operationRows } from './rows/all.ts'
import type { Aftermath, Sight } from './rows/row.ts'
import { Stage } from './stage.ts'

const env = { PUSH_PRIVATE_HOSTS: 'on', PUBLIC_URL: 'https://chat.example.com' }
let app: Installation
let service: PushService
beforeAll(async () => {
  service = startPushService()
  app = await install({ env })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

/** What she calls herself and looks like since: no word of it may reach him. */
const anew = {
  nickname: 'Veronica anew',
  avatar: 'https://example.com/anew.png',
  bio: 'begun anew',
}

/** Whether a schema names a person by more than their `user_id`; one's own profile aside. */
function showsPerson(schema: TSchema): boolean {
  const { title, properties, items, anyOf, allOf } = schema as {
    title?: string
    properties?: Record<string, TSchema>
    items?: TSchema
    anyOf?: TSchema[]
    allOf?: TSchema[]
  }
  if (title === 'Me') return false
  if (properties && 'nickname' in properties) return true
  const parts = [...Object.values(properties ?? {}), ...(anyOf ?? []), ...(allOf ?? [])]
  return [...parts, ...(items ? [items] : [])].some(showsPerson)
}

const showing = (all: Record<string, { readonly data: TSchema }>) =>
  Object.keys(all).filter((name) => showsPerson(all[name]!.data))

const sights = Object.entries(operationRows)
  .flatMap(([name, { sight }]): [string, Sight][] => (sight ? [[name, sight]] : []))
  .toSorted(([, one], [, other]) => Number(one.last ?? false) - Number(other.last ?? false))

test('whatever can show a person says what somebody who was blocked sees', () => {
  expect(sights.map(([name]) => name).toSorted()).toEqual(showing(operations).toSorted())
  expect(Object.keys(heardOf).toSorted()).toEqual(showing(serverFrames).toSorted())
})

/** Friends, then a past of every kind, and it is over. */
async function part(on: Installation, bob: Person): Promise<Aftermath> {
  const { alice, carol } = await on.people('alice', 'carol')
  const asked = await alice.does('friends.sendRequest', { to_user_id: bob.userId })
  await bob.does('friends.acceptRequest', { request_id: asked.id })
  await bob.does('friends.remove', { friend_id: alice.userId })
  const conversation = await bob.befriends(alice)
  for (const friend of [alice, bob]) await friend.befriends(carol)
  const post = async (by: Person, [one, other]: readonly [Person, Person]) => {
    const { id } = await by.does('moments.create', { content: 'hi' })
    for (const friend of [one, other]) await friend.does('moments.like', { id })
    const said = await one.does('moments.comment', { id, content: 'first' })
    const more = { id, content: 'second', reply_to_id: said.id }
    return { id, answer: (await other.does('moments.comment', more)).id }
  }
  const [hers, his] = [await post(alice, [bob, carol]), await post(bob, [alice, carol])]
  const carols = await post(carol, [alice, bob])
  const { id: said } = await bob.says(alice, 'before')
  await alice.says(bob, 'unread')
  const member_ids = [alice.userId, bob.userId]
  const { group_id: group } = await carol.does('groups.create', { name: 'Herons', member_ids })
  const to = { group_id: group, message_type: 1, content: 'to both' }
  const { id: groupSaid } = await carol.does('groups.send', to)
  await alice.does('groups.read', { group_id: group })
  await alice.does('friends.block', { blocked_user_id: bob.userId })
  await alice.does('accounts.updateMe', anew)
  await alice.again()
  return {
    alice,
    bob,
    carol,
    conversation,
    said,
    group,
    groupSaid,
    request: asked.id,
    hers: hers.id,
    his: his.id,
    carols: carols.id,
    answer: carols.answer,
  }
}

interface Shown {
  readonly user_id: string
  readonly nickname: string
  readonly avatar?: string
  readonly bio?: string
  readonly created_at?: string
  readonly updated_at?: string
}

/** Every object that names this person by more than an id, wherever it stands. */
function namings(value: unknown, userId: string): Shown[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap((each) => namings(each, userId))
  const isOne = 'nickname' in value && 'user_id' in value && value.user_id === userId
  return isOne ? [value as Shown, ...inner] : inner
}

/** Nothing of her says anything new; answers how often she is named. */
function expectNothingNew(what: string, value: unknown, { userId }: Person): number {
  const text = JSON.stringify(value)
  const told = Object.values(anew).filter((each) => text.includes(each))
  expect([what, told]).toEqual([what, []])
  const found = namings(value, userId)
  for (const { nickname, avatar = '', bio = '', created_at, updated_at } of found) {
    // A member who is called nothing else in a group.
    const bare = { nickname: nickname && userId, avatar: '', bio: '', updated_at: created_at }
    expect([what, { nickname, avatar, bio, updated_at }]).toEqual([what, bare])
  }
  return found.length
}

test('every operation that can show a person shows him her name, or nothing', async () => {
  const { bob } = await app.signUp('bob')
  const then = await part(app, bob)
  for (const [name, { sees, asks }] of sights) {
    const { data } = await bob.tries(name as OperationName, await asks(then))
    const count = expectNothingNew(name, data, then.alice)
    expect([name, count > 0 ? 'name' : 'nothing']).toEqual([name, sees])
  }
  // And carol, whom nobody has blocked, sees her as she is.
  const card = await then.carol.does('friends.card', { user_id: then.alice.userId })
  expect(card).toMatchObject(anew)
  const post = await then.carol.does('moments.get', { id: then.carols })
  expect(namings(post, then.alice.userId).map((each) => each.nickname)).toContain(anew.nickname)
})

test('nor does anything else he asks for, by any scene of the laws', async () => {
  const cast = await gather(app)
  await cast.owner.does('accounts.updateMe', anew)
  for (const row of rows) {
    const stage = new Stage(app, cast, 'blocked')
    const { data } = await ask(stage, row, await sceneOf(row)(stage))
    expectNothingNew(row, data ?? null, cast.owner)
  }
})

test('who blocked goes on seeing the other, and is seen once the block is taken back', async () => {
  const { alice, bob } = await app.signUp('alice', 'bob')
  await alice.befriends(bob)
  await alice.says(bob, 'hi')
  await alice.does('friends.block', { blocked_user_id: bob.userId })
  await bob.does('accounts.updateMe', { nickname: 'Robert' })
  await alice.does('accounts.updateMe', anew)
  const nameOf = async (viewer: Person, other: Person) => {
    const list = await viewer.does('conversations.list')
    return namings(list, other.userId).map((each) => each.nickname)
  }
  expect(await nameOf(alice, bob)).toEqual(['Robert'])
  expect(await nameOf(bob, alice)).toEqual([alice.userId])
  await alice.does('friends.unblock', { user_id: bob.userId })
  expect(await nameOf(bob, alice)).toEqual([anew.nickname])
})

test('what is told to many is told to each as they see it', async () => {
  const { alice, bob, carol, dave } = await app.signUp('alice', 'bob', 'carol', 'dave')
  await alice.does('friends.block', { blocked_user_id: bob.userId })
  const ids = await Promise.all(
    [alice, bob, carol, dave].map(async (who) => (await who.does('accounts.me')).id),
  )
  const [hers, his, carols, daves] = ids as [number, number, number, number]
  const found = await findSights(app.nodes[0]!.ctx.sql, [his, carols, daves], [hers, carols])
  const shown = found.map(({ viewers, profiles }) => [viewers, profiles.get(hers)?.nickname])
  expect(shown.toSorted()).toEqual(
    [
      [[his], alice.userId],
      [[carols, daves], 'alice'],
    ].toSorted(),
  )
})

test('frames that come late say nothing new', async () => {
  await using late = await install({ env, workers: false })
  const { bob } = await late.people('bob')
  const device = await bob.connects()
  const { alice, carol, conversation } = await part(late, bob)
  const [hers] = (await bob.reads(conversation)).filter((each) => each.content === 'unread')
  await alice.does('messages.recall', { id: hers!.id })
  const typing = await alice.tries('messages.typing', { conversation_id: conversation })
  expect(typing.code).toBe(4403)
  await using _ = await startWorkers(late.config)
  await device.hears('message_updated')
  await device.hears('friend_removed', (data) => data.user_id === alice.userId)
  // Of carol he hears what he hears of friends: moments have been told as well.
  await device.hears('moment_activity', (data) => data.user.user_id === carol.userId)
  await device.hears('group_member_join')
  await device.hears('group_message', (data) => data.content === 'to both')
  await carol.says(bob, 'that was all')
  await device.hears('message', (data) => data.content === 'that was all')
  const hearings = device.heard.map(({ type, data }) => {
    const isHers = expectNothingNew(type, data, alice) > 0
    return isHers || JSON.stringify(data).includes(alice.userId) ? type : null
  })
  const heard = Object.keys(heardOf).map((type) => [
    type,
    hearings.includes(type as never) ? 'heard' : 'not heard',
  ])
  expect(Object.fromEntries(heard)).toEqual(heardOf)
})

test('a notification of what was said before says who, and nothing new; no mail does', async () => {
  await using late = await install({ env, workers: false })
  const { bob } = await late.signUp('bob')
  await bob.does('push.subscribe', service.subscription('bob'))
  const { alice } = await part(late, bob)
  await using _ = await startWorkers(late.config)
  const pushes = () => service.received.filter((each) => each.path === '/push/bob')
  // One of what alice wrote, one of their group: whichever comes first.
  await eventually(() => pushes().length === 2, { what: 'two pushes' })
  const payloads = pushes().map((each) => each.payload as { from_user_id: string })
  const hers = payloads.find((each) => each.from_user_id === alice.userId)
  expect(hers).toMatchObject({ title: alice.userId })
  expectNothingNew('notifications', payloads, alice)
  await eventually(() => late.mails.some(({ to }) => to === bob.email), { what: 'his mails' })
  expect(late.mails.filter(({ to, raw }) => to === bob.email && raw.includes('anew'))).toEqual([])
})

test('nor does the file of all that is his', async () => {
  await using whole = await install({ env })
  const bob = await proved(whole, 'bob')
  const { alice } = await part(whole, bob)
  await bob.does('accounts.export')
  const mail = (await mailText(whole, bob.email, /^Your data is ready/)).replaceAll(/\s+/g, ' ')
  const path = /https:\/\/chat\.example\.com(\/api\/v1\/exports\/[\w-]{43})/.exec(mail)?.[1]
  const response = await fetch(`${whole.url()}${path}`)
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()))
  for (const [name, bytes] of Object.entries(files)) {
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes))
    expect([name, expectNothingNew(name, content, alice)]).toEqual([name, 0])
  }
  expect(new TextDecoder().decode(files['friend_requests.json'])).toContain(alice.userId)
})
