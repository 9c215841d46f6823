// Groups of many: nodes are told, not people. Whoever comes, goes or is elsewhere hears what is for them, in
// order and once.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { localSockets } from '../../src/features/messages/delivery/local-sockets.ts'
import type { Group } from '../../src/protocol/groups.ts'
import type { GroupMessage } from '../../src/protocol/messages.ts'
import { fillUp } from '../support/crowd.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { startPushService, type PushService } from '../support/push-service.ts'

const { membersMax } = limits.audience

let app: Installation
let service: PushService
beforeAll(async () => {
  service = startPushService()
  app = await install({ nodes: 2, env: { PUSH_PRIVATE_HOSTS: 'on' } })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const sql = () => app.nodes[0]!.ctx.sql
const elsewhere = () => ({ base: app.url(1) })

const open = (owner: Person) =>
  owner.does('groups.create', { name: 'Starlings', is_public: true, max_members: 1_000 })

/** With one member less than it takes to be a channel. */
async function nearlyMany(owner: Person, ...others: Person[]): Promise<Group> {
  const group = await open(owner)
  for (const each of others) await each.does('groups.join', { group_id: group.group_id })
  await fillUp(sql(), group.conversation_id, membersMax)
  return group
}

async function many(owner: Person, ...others: [Person, ...Person[]]): Promise<Group> {
  const last = others.at(-1) as Person
  const group = await nearlyMany(owner, ...others.slice(0, -1))
  await last.does('groups.join', { group_id: group.group_id })
  return group
}

async function says(device: Device, { conversation_id }: Group, content: string): Promise<number> {
  const answer = await device.asks('send_message', { conversation_id, message_type: 1, content })
  if (answer.type === 'error') throw new Error(answer.data.msg)
  return answer.data.seq
}

const said = (device: Device): string[] =>
  device.messages.filter((each) => each.message_type === 1).map((each) => each.content)

const hearsWord = (device: Device, word: string) =>
  device.hears('group_message', (data) => data.content === word)

test('a group that grows becomes a channel, and nobody misses a word of it', async () => {
  const { ann, ben, cai } = await app.people('ann', 'ben', 'cai')
  const group = await nearlyMany(ann, ben)
  const { group_id, conversation_id } = group
  const [hers, his] = [await ann.connects(), await ben.connects(elsewhere())]
  const late = await cai.connects(elsewhere())
  await says(hers, group, 'one')
  await hearsWord(his, 'one')
  await cai.does('groups.join', { group_id })
  const [row] = await sql()<{ is_channel: boolean }[]>`
    select is_channel from conversations where id = ${conversation_id}`
  expect(row!.is_channel).toBe(true)
  for (const word of ['two', 'three', 'four']) await says(hers, group, word)
  await hearsWord(his, 'four')
  await hearsWord(late, 'four')
  expect(said(late)).toEqual(['two', 'three', 'four'])
  expect([...new Set(said(his))]).toEqual(['one', 'two', 'three', 'four'])
})

test('by whichever door it is said: one copy for each, none for the socket it came by', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const group = await many(ann, ben)
  const { group_id } = group
  const [here, other] = [await ann.connects(), await ann.connects({ deviceId: 'b' })]
  const session = await ann.again()
  const own = await session.connects()
  const [near, far] = [
    await ben.connects(),
    await ben.connects({ ...elsewhere(), deviceId: 'far' }),
  ]
  await says(here, group, 'by socket')
  await session.does('groups.send', { group_id, message_type: 1, content: 'by REST' })
  await says(here, group, 'last')
  for (const device of [other, own, near, far]) {
    await eventually(() => said(device).includes('last'), { what: 'the last word' })
  }
  const all = ['by socket', 'by REST', 'last']
  expect([other, near, far].map(said)).toEqual([all, all, all])
  expect(said(here)).toEqual(['by REST'])
  expect(said(own)).toEqual(all)
  expect(own.all('message_sent').map(({ data }) => data.content)).toEqual(['by REST'])
  expect(near.all('message_sent')).toEqual([])
})

test('joining and being removed while all talk: each hears their own time without a hole', async () => {
  const { owner, talker, near, far } = await app.people('owner', 'talker', 'near', 'far')
  const group = await many(owner, talker)
  const { group_id } = group
  const mouth = await talker.connects()
  // Of the second node nobody is in it: it begins to host the channel as one of them comes.
  const comers: [Person, Device][] = [
    [near, await near.connects()],
    [far, await far.connects(elsewhere())],
  ]
  const quiet = new AbortController()
  const talking = (async () => {
    for (let n = 0; !quiet.signal.aborted; n++) await says(mouth, group, `word ${n}`)
  })()
  const seqs = (device: Device) => device.all('group_message').map(({ data }) => data.seq)
  for (const [person, device] of comers) {
    await person.does('groups.join', { group_id })
    await eventually(() => seqs(device).length > 50, { what: 'fifty words' })
    await owner.does('groups.kick', { group_id, target_user_id: person.userId })
    await device.hears('group_member_leave', (data) => data.user_id === person.userId)
  }
  const heard = comers.map(([, device]) => seqs(device))
  await hearsMore(mouth, group)
  quiet.abort()
  await talking
  const history = await systemSeqs(owner, group_id)
  for (const [index, [person, device]] of comers.entries()) {
    const [from, to] = [
      history.get(`member_joined ${person.userId}`)!,
      history.get(`member_kicked ${person.userId}`)!,
    ]
    const all = seqs(device)
    const once = [...new Set(all)]
    expect(once).toEqual(Array.from({ length: to - from }, (_, n) => from + n))
    // Gone is gone: what was said afterwards was told to the node, and not to them.
    expect(all).toEqual(heard[index]!)
  }
})

/** Some more is said, and has gone round: another member has heard it. */
async function hearsMore(mouth: Device, group: Group): Promise<void> {
  for (let n = 0; n < 20; n++) await says(mouth, group, `more ${n}`)
}

/** Where it stands in the timeline that somebody came or went. */
async function systemSeqs(reader: Person, group_id: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = (await reader.does('groups.history', { group_id, limit: 100, cursor })) as Page
    for (const { message_type, content, seq } of page.list) {
      if (message_type !== 6) continue
      const { event, targets } = JSON.parse(content) as { event: string; targets: string[] }
      for (const target of targets) found.set(`${event} ${target}`, seq)
    }
    cursor = page.next_cursor
  }
  return found
}

interface Page {
  readonly list: readonly GroupMessage[]
  readonly next_cursor: string | null
}

test('what changes is told to all: an edit, a recall, an announcement, the name, who left', async () => {
  const { ann, ben, cai } = await app.people('ann', 'ben', 'cai')
  const group = await many(ann, ben, cai)
  const { group_id, conversation_id } = group
  const devices = [await ann.connects(), await ben.connects(elsewhere())]
  const sent = await ann.does('groups.send', { group_id, message_type: 1, content: 'regretted' })
  await ann.does('messages.edit', { id: sent.id, content: 'regretted less' })
  for (const device of devices) {
    await device.hears('message_updated', (data) => data.content === 'regretted less')
  }
  await ann.does('groups.recall', { id: sent.id })
  await ann.does('groups.announce', { group_id, title: 'Feeding', content: 'at noon' })
  await ann.does('groups.update', { group_id, name: 'Murmuration' })
  await cai.does('groups.leave', { group_id })
  for (const device of devices) {
    await device.hears('message_updated', (data) => data.id === sent.id && data.is_recalled)
    await device.hears('group_announcement', (data) => data.conversation_id === conversation_id)
    await device.hears('group_info_update', (data) => data.group?.name === 'Murmuration')
    await device.hears('group_member_leave', (data) => data.user_id === cai.userId)
  }
})

test('a node joins a channel with the first of its sockets and leaves it with the last', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const { conversation_id } = await many(ann, ben)
  const { redis, config } = app.nodes[0]!.ctx
  const nodes = async () => {
    const key = `${config.redisPrefix}:conv:${conversation_id}`
    return Number((await redis.pubsub('NUMSUB', key))[1])
  }
  expect(await nodes()).toBe(0)
  const devices = [await ann.connects(), await ben.connects(), await ben.connects(elsewhere())]
  expect(await nodes()).toBe(2)
  for (const device of devices) await device.close()
  await eventually(async () => (await nodes()) === 0, { what: 'a channel without nodes' })
})

describe('whoever is away', () => {
  const pushesTo = (name: string) => service.received.filter(({ path }) => path === `/push/${name}`)

  test('is notified, unless they have muted it and are not mentioned', async () => {
    const { ann, ben, cai, dee } = await app.people('ann', 'ben', 'cai', 'dee')
    const group = await many(ann, ben, cai, dee)
    const { group_id, conversation_id } = group
    for (const [name, who] of Object.entries({ ann, ben, cai, dee })) {
      await who.does('push.subscribe', service.subscription(name))
    }
    await dee.connects(elsewhere())
    await sql()`
      update conversation_members set is_muted = true
      where conversation_id = ${conversation_id}
        and user_id = (select id from users where user_id = ${cai.userId})`
    await ann.does('groups.send', { group_id, message_type: 1, content: 'to all' })
    await eventually(() => pushesTo('ben').length === 1, { what: 'a notification' })
    await ann.does('groups.send', {
      group_id,
      message_type: 1,
      content: 'to you',
      at_users: [cai.userId],
    })
    await eventually(() => pushesTo('cai').length === 1, { what: 'a notification of a mention' })
    expect([pushesTo('ann'), pushesTo('dee')]).toEqual([[], []])
  })
})

test('where it was said nobody waits for a worker', async () => {
  await using alone = await install({ workers: false })
  const { ann, ben } = await alone.people('ann', 'ben')
  const { ctx } = alone.nodes[0]!
  const group = await open(ann)
  await fillUp(ctx.sql, group.conversation_id, membersMax)
  await ben.does('groups.join', { group_id: group.group_id })
  expect(ctx.of(localSockets).attached).not.toBeNull()
  const [hers, his] = [await ann.connects(), await ben.connects()]
  await says(hers, group, 'here')
  await hearsWord(his, 'here')
})
