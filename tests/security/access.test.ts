// Other people's things: their ids open nothing, and do not even show that they exist.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { operations } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { install, type Installation } from '../support/installation.ts'
import { gather } from '../laws/cast.ts'
import { frameOf, frameRows, operationNameOf, ways } from '../laws/rows/all.ts'
import { Stage, type Input } from '../laws/stage.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let eve: Person
let conversation: number
let message: number
beforeAll(async () => {
  app = await install({ nodes: 2, workers: { queues: ['delivery', 'media'] } })
  const people = await app.people('alice', 'bob', 'carol', 'eve')
  ;({ alice, bob, eve } = people)
  conversation = await alice.befriends(bob)
  message = (await alice.says(bob, 'secret')).id
})
afterAll(() => app[Symbol.asyncDispose]())

const nobody = 9_007_199_254_740_000

/** The names under which ids of things go; those of people are public names. */
const idNames = /^(id|\w+_id|\w+_ids)$/
const publicNames =
  /^((to_|friend_|blocked_|target_|invitee_)?user_ids?|friend_id|member_ids|group_ids?|client_msg_id|app_id)$/

/** Whether an input names something one may have no part in, and so has to be asked for here. */
const takesThings = ({ params, query, body }: Operation) =>
  Object.keys({ ...params?.properties, ...query?.properties, ...body?.properties }).some(
    (name) => idNames.test(name) && !publicNames.test(name),
  )

/** The input of a way to ask with the id of nothing in it; null without an id of a thing. */
function ofNothing(input: Input): Input | null {
  const key = Object.keys(input).find((name) => idNames.test(name) && !publicNames.test(name))
  return key === undefined
    ? null
    : { ...input, [key]: Array.isArray(input[key]) ? [nobody] : nobody }
}

/** What takes one's own away or looks through it: done, whether or not there is such a thing. */
const silent: ReadonlySet<string> = new Set(['favorites.remove', 'messages.scheduled'])

test('23 Mattermost CVE-2016-11072: an id of others is answered as one of nothing', async () => {
  const cast = await gather(app)
  const stage = new Stage(app, cast, 'stranger')
  const { sql } = app.nodes[0]!.ctx
  const asked = new Set<string>()
  for (const [way, { scene, access, twice }] of ways) {
    if (frameOf(way) !== undefined) continue
    const name = operationNameOf(way)
    if (access.stranger === 'ok' && !silent.has(name)) continue
    const input = await scene(stage)
    const without = ofNothing(input)
    if (!without) continue
    const count = async () => (twice ? sql.unsafe(`select (${twice.effect})::int as n`) : [])
    const before = await count()
    const theirs = await cast.stranger.tries(name, input)
    const none = await cast.stranger.tries(name, without)
    const seen = ({ status, code, msg, data }: typeof theirs) => ({ status, code, msg, data })
    expect([way, theirs.status, seen(theirs)]).toEqual([
      way,
      silent.has(name) ? 200 : 404,
      seen(none),
    ] as never)
    expect([way, await count()]).toEqual([way, before])
    asked.add(name)
  }
  // Open to everybody who may see the thing, or not about a thing of others; each with its reason.
  const taking = (Object.entries(operations) as [string, Operation][]).filter(([, each]) =>
    takesThings(each),
  )
  expect(taking.map(([name]) => name).filter((name) => !asked.has(name))).toEqual([])
  expect((await cast.owner.tries('accounts.me')).code).toBe(0)
})

test('23 Mattermost CVE-2016-11072: nor by a frame', async () => {
  const cast = await gather(app)
  const stage = new Stage(app, cast, 'stranger')
  const strangers = await cast.stranger.connects({ base: app.url(1) })
  for (const [type, { scene, access }] of Object.entries(frameRows)) {
    if (access.stranger === 'ok') continue
    const data = await scene(stage)
    const theirs = await strangers.asks(type as 'typing', data as never)
    const none = await strangers.asks(type as 'typing', ofNothing(data) as never)
    expect([type, theirs.type]).toEqual([type, 'error'])
    expect(theirs.data).toEqual(none.data)
  }
  expect(strangers.heard.filter((each) => !/^(hello|error)$/.test(each.type))).toEqual([])
})

test('37 Mattermost CVE-2023-3582: a reply stays in its conversation, on both doors', async () => {
  const carol = (await app.people('carol')).carol
  const other = await bob.befriends(carol)
  const elsewhere = await bob.says(carol, 'elsewhere')
  const at = { conversation_id: conversation, message_type: 1, content: 'a reply' }
  const his = await bob.connects()
  // Bob sees both messages, and may still not show one conversation in the other.
  for (const reply_to_id of [elsewhere.id, nobody]) {
    const answer = await bob.tries('messages.send', { ...at, reply_to_id })
    expect([answer.status, answer.code]).toEqual([404, 4301])
    const asked = await his.asks('send_message', { ...at, reply_to_id })
    expect(asked).toMatchObject({ type: 'error', data: { code: 4301 } })
  }
  const fine = await bob.does('messages.send', { ...at, reply_to_id: message })
  expect(fine.reply_to_id).toBe(message)
  expect(await bob.reads(other)).toHaveLength(1)
})

test('33 Mattermost CVE-2021-37863: what is passed on is checked', async () => {
  const hers = await alice.connects({ base: app.url(1) })
  const his = await bob.connects()
  const good = { conversation_id: conversation, message_type: 1, content: 'good' }
  const extra = {
    from_user_id: eve.userId,
    from_user: { user_id: eve.userId, nickname: '<script>' },
    seq: 1,
    is_recalled: true,
    created_at: '1970-01-01T00:00:00Z',
    props: { attachments: [null], override_username: 'root' },
    to_user: null,
  }
  for (const bad of [
    { message_type: 6 },
    { message_type: 14 },
    { message_type: 63 },
    { message_type: 256 },
    { message_type: '1' },
    { content: null },
    { content: {} },
    { content: ' \n ' },
    { content: 'x'.repeat(5_001) },
    { message_type: 2 },
    { media_url: {} },
    { reply_to_id: '1' },
    { client_msg_id: 'not a uuid' },
  ]) {
    const answer = await bob.tries('messages.send', { ...good, ...bad })
    expect([bad, answer.status, answer.code]).toEqual([bad, 422, 4010])
    const asked = await his.asks('send_message', { ...good, ...bad } as never)
    expect([bad, asked.type, asked.data]).toMatchObject([bad, 'error', { code: 4010 }])
  }
  const sent = await bob.does('messages.send', { ...good, ...extra })
  expect((await his.asks('send_message', { ...good, ...extra } as never)).type).toBe('ack')
  const stored = await alice.reads(conversation)
  for (const said of [sent, ...stored.slice(-2)]) {
    expect(said).toMatchObject({ from_user_id: bob.userId, is_recalled: false, content: 'good' })
    expect(JSON.stringify(said)).not.toMatch(/script|root|1970-01-01|props/)
  }
  expect(hers.closed).toBeNull()
})
