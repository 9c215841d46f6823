// Who hears of something in a conversation: two people, the members of a group, or a channel.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { limits } from '../../src/limits.ts'
import { AudienceCache } from '../../src/features/conversations/audience-cache.ts'
import { audiencesOf } from '../../src/features/conversations/audience.ts'
import { itemOf } from '../../src/features/messages/delivery/announce.ts'
import { connectDatabase, type Sql } from '../../src/infra/db.ts'
import { toOf, type EarlierItem, type MessagesJob } from '../../src/infra/queues.ts'
import { directory } from '../../src/features/conversations/state.ts'
import { deliverMessages } from '../../workers/delivery.ts'
import type { Work } from '../../workers/work.ts'
import { queueOf } from '../support/admin.ts'
import { fillUp, makeChannel } from '../support/crowd.ts'
import type { Device } from '../support/device.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
/** Counted: what is asked through it. */
let counted: Sql
let statements: string[] = []
beforeAll(async () => {
  app = await install()
  counted = connectDatabase(app.config.databaseUrl, {
    connections: 1,
    name: 'counted',
    onStatement(statement) {
      // What the driver itself asks on a new connection.
      if (!statement.includes('pg_catalog.pg_type')) statements.push(statement)
    },
  })
})
afterAll(async () => {
  await counted.end()
  await app[Symbol.asyncDispose]()
})

const sql = () => app.nodes[0]!.ctx.sql

/** A group of these; there is no operation that makes one yet. */
async function group(...members: Person[]): Promise<number> {
  const [row] = await sql()<{ id: number }[]>`
    insert into conversations (kind, group_id) values (2, ${`G${crypto.randomUUID()}`}) returning id`
  const { id } = must(row, 'a group was made')
  await sql()`
    insert into conversation_members (conversation_id, user_id)
    select ${id}, id from users where user_id = any(${members.map((each) => each.userId)})`
  return id
}

/** Enough members besides for a channel. */
async function crowd(id: number): Promise<void> {
  await fillUp(sql(), id, limits.audience.membersMax + 1)
  await makeChannel(sql(), id)
}

async function says(device: Device, conversation_id: number, content: string): Promise<number> {
  const answer = await device.asks('send_message', { conversation_id, message_type: 1, content })
  expect(answer.type).toBe('ack')
  return (answer.data as { id: number }).id
}

const idOf = async (person: Person) => (await person.does('accounts.me')).id

describe('a group of few', () => {
  test('hears what is said, that it was edited and recalled, who types and who has read', async () => {
    const { ann, ben, cat, stranger } = await app.people('ann', 'ben', 'cat', 'stranger')
    const id = await group(ann, ben, cat)
    const devices = await Promise.all([ann, ben, cat].map((each) => each.connects()))
    const [hers, ...others] = devices as [Device, Device, Device]
    const outside = await stranger.connects()
    const message = await says(hers, id, 'to all')
    for (const device of others) await device.hears('group_message', (told) => told.id === message)
    await hers.asks('typing', { conversation_id: id })
    for (const device of others) {
      const { data } = await device.hears('typing', (told) => told.conversation_id === id)
      expect(data.user_id).toBe(ann.userId)
    }
    await others[0]!.asks('mark_read', { conversation_id: id, seq: 1 })
    for (const device of [hers, others[1]!]) {
      const fits = (data: { reader_user_id: string }) => data.reader_user_id === ben.userId
      expect((await device.hears('read_receipt', fits)).data.read_seq).toBe(1)
    }
    await hers.asks('edit_message', { id: message, content: 'to all of you' })
    for (const device of devices) {
      const { data } = await device.hears('message_updated', (told) => told.id === message)
      expect(data).toMatchObject({ content: 'to all of you', conversation_version: 2 })
    }
    await hers.asks('recall_message', { id: message })
    for (const device of devices) {
      const { data } = await device.hears('message_updated', ({ is_recalled }) => is_recalled)
      expect(data).toMatchObject({ id: message, content: '', conversation_version: 3 })
    }
    // Her own mark moved with her message, which says so itself.
    const receipts = others.flatMap((device) => device.all('read_receipt'))
    expect(receipts.filter(({ data }) => data.reader_user_id === ann.userId)).toEqual([])
    const asked = await outside.asks('typing', { conversation_id: id })
    expect(asked).toMatchObject({ type: 'error', data: { code: 4541 } })
    expect(outside.heard.filter(({ type }) => /typing|message|read/.test(type))).toEqual([])
  })

  test('does not tell who has left', async () => {
    const { dan, eve, gone } = await app.people('dan', 'eve', 'gone')
    const id = await group(dan, eve, gone)
    await sql()`
      update conversation_members set left_at = now()
      where conversation_id = ${id} and user_id = ${await idOf(gone)}`
    const [hers, away] = [await eve.connects(), await gone.connects()]
    await says(await dan.connects(), id, 'among us')
    await hers.hears('group_message', (data) => data.content === 'among us')
    expect(away.words).toEqual([])
  })
})

test('a channel hears of a change; who types there is told to nobody', async () => {
  const { host, guest } = await app.people('host', 'guest')
  const id = await group(host, guest)
  await crowd(id)
  const [hers, his] = [await host.connects(), await guest.connects()]
  const message = await says(hers, id, 'regretted')
  await his.hears('group_message', (told) => told.id === message)
  expect((await hers.asks('typing', { conversation_id: id })).type).toBe('ack')
  await hers.asks('edit_message', { id: message, content: 'regretted less' })
  for (const device of [hers, his]) {
    const { data } = await device.hears('message_updated', (told) => told.id === message)
    expect(data).toMatchObject({ content: 'regretted less', conversation_version: 2 })
  }
  await hers.asks('recall_message', { id: message })
  for (const device of [hers, his]) {
    const { data } = await device.hears('message_updated', ({ is_recalled }) => is_recalled)
    expect(data).toMatchObject({ id: message, conversation_version: 3 })
  }
  expect(his.heard.filter(({ type }) => type === 'typing')).toEqual([])
})

describe('what it costs', () => {
  test('one question for all groups of a batch, none where there are only two people', async () => {
    const { one, two } = await app.people('one', 'two')
    const groups = [await group(one, two), await group(one), await group(two)]
    const crowded = await group(one)
    await crowd(crowded)
    const wanted = [...groups, crowded].map((conversation) => ({ conversation, to: 0 as const }))
    statements = []
    const found = await audiencesOf(counted, [...wanted, ...wanted])
    expect(statements).toHaveLength(1)
    const [first, second] = [await idOf(one), await idOf(two)].toSorted((a, b) => a - b)
    expect(found.get(groups[0]!)).toEqual({ people: [first!, second!], since: [0, 0] })
    expect(found.get(crowded)).toEqual({ channel: crowded, head: 0 })
    statements = []
    const direct = await audiencesOf(counted, [{ conversation: 7, to: [1, 2] }])
    expect([direct.get(7), statements]).toEqual([{ people: [1, 2] }, []])
  })

  test('who heard it is remembered by the version of the members; with another it is asked', async () => {
    const { kim, lee, max } = await app.people('kim', 'lee', 'max')
    const [id, pair] = [await group(kim, lee), await group(kim)]
    const [first, second, third] = [await idOf(kim), await idOf(lee), await idOf(max)]
    const cache = new AudienceCache(counted, app.nodes[0]!.ctx.log)
    const at = (version?: string | null) => ({ conversation: id, to: 1 as const, seq: 1, version })
    const asks = async (...said: Parameters<AudienceCache['hearersOfAll']>[0]) => {
      statements = []
      const hearers = await cache.hearersOfAll(said)
      return {
        hearers: hearers.map((each) => each?.toSorted((a, b) => a - b)),
        asked: statements.length,
      }
    }
    const both = [first, second].toSorted((a, b) => a - b)
    const direct = { conversation: 7, to: [1, 2] as const, seq: 1 }
    expect(await asks(at(null), { ...at(null), conversation: pair }, direct)).toEqual({
      hearers: [both, [first], [1, 2]],
      asked: 1,
    })
    expect(await asks(at(null), direct)).toEqual({ hearers: [both, [1, 2]], asked: 0 })
    // Without a version it is asked who is in it now.
    await sql()`insert into conversation_members (conversation_id, user_id) values (${id}, ${third})`
    const all = [...both, third].toSorted((a, b) => a - b)
    expect(await asks(at())).toEqual({ hearers: [all], asked: 1 })
    await sql()`update conversations set judged_xid = '5' where id = ${id}`
    expect(await asks(at('5'))).toEqual({ hearers: [all], asked: 1 })
    expect(await asks(at('5'))).toEqual({ hearers: [all], asked: 0 })
    expect(await asks({ ...at('5'), conversation: -1 })).toEqual({ hearers: [[]], asked: 1 })
  })

  test('the job of direct messages asks Postgres nothing, and has not grown', async () => {
    const { ada, bea } = await app.people('ada', 'bea')
    const conversation = await ada.befriends(bea)
    const device = await bea.connects()
    const { ctx } = must(app.workerProcess, 'there are workers')
    const ref = must(await ctx.of(directory).find(conversation), 'a conversation has a place')
    const common = { m: 1, s: 1, by: await idOf(ada), x: '', f: false }
    const items = [1, 2, 3].map((s) => itemOf(ref, { ...common, s }))
    const frame = (seq: number) =>
      JSON.stringify({ type: 'message', data: { content: `word ${seq}`, seq }, timestamp: 1 })
    const job: MessagesJob = {
      outbox: 0,
      at: Date.now(),
      items,
      frames: [1, 2, 3].map(frame).join('\n'),
    }
    const settled: number[] = []
    const work = {
      ctx: { ...ctx, sql: counted },
      outboxBatcher: { done: (id: number) => settled.push(id) },
    } as unknown as Work
    statements = []
    await deliverMessages(work, job)
    await device.hears('message', (data) => data.content === 'word 3')
    expect([statements, settled]).toEqual([[], [0]])
    const earlier = earlierItem(ref as never, common)
    expect(JSON.stringify(items[0]).length).toBeLessThanOrEqual(JSON.stringify(earlier).length)
  })
})

type Pair = { id: number; user1: { id: number }; user2: { id: number } }

function earlierItem({ id, user1, user2 }: Pair, item: Omit<EarlierItem, 'c' | 'u1' | 'u2'>) {
  return { ...item, c: id, u1: user1.id, u2: user2.id }
}

test('jobs that nodes of the version before have left are delivered', async () => {
  const { old, new: fresh } = await app.people('old', 'new')
  const conversation = await old.befriends(fresh)
  const both = await group(old, fresh)
  const device = await fresh.connects()
  const { ctx } = app.nodes[0]!
  const ref = must(await ctx.of(directory).find(conversation), 'a conversation has a place')
  const common = { m: 1, s: 1, by: await idOf(old), x: '', f: false }
  const words = ['from before', 'to a group from before']
  const frames = words.map((content) => JSON.stringify({ type: 'message', data: { content } }))
  const items = [earlierItem(ref as never, common), { ...common, c: both, u1: 0, u2: 0 }]
  // Two people are still not asked for.
  expect(items.map(toOf)).toEqual([[items[0]!.u1, items[0]!.u2], 0])
  const job = { outbox: 0, at: Date.now(), items, frames: frames.join('\n') }
  await queueOf(app, 'delivery').add('messages', job)
  for (const word of words) await device.hears('message', (data) => data.content === word)
})

test('a page of conversations is full, whatever groups there are between', async () => {
  const { ida, jon, kay } = await app.people('ida', 'jon', 'kay')
  const open = [await ida.befriends(jon), await ida.befriends(kay)]
  await ida.says(jon, 'first')
  const between: number[] = []
  for (const name of ['one', 'two']) {
    between.push((await ida.does('groups.create', { name })).conversation_id)
  }
  await ida.says(kay, 'last')
  const pages = async (kind: 'direct' | 'group' | 'all') => {
    const found: number[][] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = (await ida.does('conversations.list', {
        kind,
        limit: 1,
        ...(cursor === '' ? {} : { cursor }),
      })) as { list: { id: number }[]; next_cursor: string | null }
      found.push(page.list.map((each) => each.id))
      cursor = page.next_cursor
    }
    return found.flat()
  }
  const [first, last] = open
  expect(await pages('direct')).toEqual([last!, first!])
  expect(await pages('group')).toEqual(between.toReversed())
  expect(await pages('all')).toEqual([last!, ...between.toReversed(), first!])
})
