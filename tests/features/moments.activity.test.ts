// Who hears of likes and comments while they happen: those concerned, as far as they may see.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Moment } from '../../src/protocol/moments.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const says = (who: Person, { id }: Moment, content: string, reply_to_id?: number) =>
  who.does('moments.comment', { id, content, ...(reply_to_id ? { reply_to_id } : {}) })

/** What a device has heard, in a few words. */
const words = (device: Device) =>
  device.all('moment_activity').map(({ data }) => {
    const reply = data.comment?.reply_to?.content
    return `${data.user.nickname} ${data.comment?.content ?? data.kind}${reply ? ` (${reply})` : ''}`
  })

const heard = (device: Device, content: string) =>
  device.hears('moment_activity', (data) => data.comment?.content === content)

test('the author and those who took part hear it, as far as they see it', async () => {
  const people = await app.people('alice', 'bob', 'carol', 'dave', 'erin')
  const { alice, bob, carol, dave, erin } = people
  for (const friend of [bob, carol, dave, erin]) await alice.befriends(friend)
  await bob.befriends(carol)
  const devices = await Promise.all(Object.values(people).map((who) => who.connects()))
  const [a, b, c, d, e] = devices as [Device, Device, Device, Device, Device]
  const moment = await alice.does('moments.create', { content: 'who comes?' })
  await bob.does('moments.like', { id: moment.id })
  await bob.does('moments.like', { id: moment.id })
  const liked = await a.hears('moment_activity')
  expect(liked.data).toEqual({
    moment_id: moment.id,
    kind: 'like',
    user: expect.objectContaining({ user_id: bob.userId }),
  })
  await says(dave, moment, 'dave here')
  const asked = await says(carol, moment, 'I do')
  await heard(b, 'I do')
  await says(alice, moment, 'fine', asked.id)
  // Frames of one moment may overtake each other: everybody waits for the last one.
  await Promise.all([heard(b, 'fine'), heard(c, 'fine'), heard(d, 'fine')])
  await says(bob, moment, 'me too')
  await Promise.all([heard(a, 'me too'), heard(c, 'me too')])
  await says(alice, moment, 'last')
  await Promise.all([heard(b, 'last'), heard(c, 'last'), heard(d, 'last')])
  expect(words(a).toSorted()).toEqual(['bob like', 'bob me too', 'carol I do', 'dave dave here'])
  expect(words(b).toSorted()).toEqual(['alice fine (I do)', 'alice last', 'carol I do'])
  expect(words(c).toSorted()).toEqual(['alice fine (I do)', 'alice last', 'bob me too'])
  // Dave knows neither: what alice answers reaches him without the words it answers.
  expect(words(d).toSorted()).toEqual(['alice fine', 'alice last'])
  expect(d.all('moment_activity').map(({ data }) => data.comment?.reply_to_id)).toEqual([
    null,
    null,
  ])
  expect(words(e)).toEqual([])
})

test('what is decided is decided when it is told', async () => {
  const { alice, bob, carol } = await app.people('alice', 'bob', 'carol')
  for (const friend of [bob, carol]) await alice.befriends(friend)
  await bob.befriends(carol)
  const [a, b] = [await alice.connects(), await bob.connects()]
  const moment = await alice.does('moments.create', { content: 'quick' })
  await bob.does('moments.like', { id: moment.id })
  await a.hears('moment_activity')
  const { sql } = app.nodes[0]!.ctx
  let said: Promise<unknown> | undefined
  // Carol’s comment is held back, allowed already, until bob is blocked.
  await sql.begin(async (held) => {
    await held`lock table outbox in share mode`
    said = says(carol, moment, 'for bob too?')
    await eventually(async () => {
      const waiting = await sql`
        select from pg_locks where relation = 'outbox'::regclass and not granted`
      return waiting.length > 0
    })
    await held`
      insert into blocks (user_id, blocked_id) select a.id, b.id from users a, users b
      where a.user_id = ${alice.userId} and b.user_id = ${bob.userId}`
  })
  await said
  await heard(a, 'for bob too?')
  await carol.says(bob, 'still friends')
  await b.hears('message', ({ content }) => content === 'still friends')
  expect(words(b)).toEqual([])
})

test('what was taken back meanwhile is not told', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const device = await alice.connects()
  const moment = await alice.does('moments.create', { content: 'blink' })
  const { sql } = app.nodes[0]!.ctx
  const gone = [
    { name: 'moment.liked', like_id: 987_654 },
    { name: 'moment.commented', comment_id: 987_654 },
  ]
  await sql`insert into outbox (events, due_at) values (${sql.json(gone)}, now())`
  await eventually(async () => (await sql`select from outbox`).length === 0)
  await says(bob, moment, 'after that')
  await heard(device, 'after that')
  expect(words(device)).toEqual(['bob after that'])
})
