// delivery and fanout: what a worker brings to another node, the safety net under it, and conversations
// with many members.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Clock } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'
import { localSockets } from '../../src/features/messages/local-sockets.ts'
import { startWorkers } from '../../workers/worker-process.ts'
import { FiringClock } from '../support/clock.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
const clock = new FiringClock()
beforeAll(async () => {
  // Whoever speaks is on the first: to the second a worker has to bring it.
  app = await install({ clock, workers: false, nodes: 2 })
  // It started alone, and looks again when its lease is due.
  clock.fire(limits.lease.refreshMs)
  const sockets = app.nodes[0]!.ctx.of(localSockets)
  await eventually(() => sockets.attached?.isAlone === false, {
    what: 'a node that knows of the other',
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const elsewhere = () => ({ base: app.url(1) })
const sqlOf = (installation: Installation) => installation.nodes[0]!.ctx.sql

test('with no worker at all a beacon shows the hole, straight from the database', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  const device = await bob.connects(elsewhere())
  await alice.says(bob, 'nobody brings this')
  clock.fire(limits.beacon.intervalMs)
  const heads = await device.hears('heads', (data) => String(conversation) in data)
  expect(heads.data[String(conversation)]).toBe(1)
  expect(device.words).toEqual([])
})

test('jobs that were lost are made again from the outbox, in order', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const device = await bob.connects(elsewhere())
  const words = Array.from({ length: 20 }, (_, n) => `lost ${n}`)
  for (const content of words) await alice.says(bob, content)
  const { queues, redis, config } = app.nodes[0]!.ctx
  await eventually(async () => (await queues.depths()).delivery.waiting >= 20)
  const keys = await redis.keys(`*${config.redisPrefix}:jobs*`)
  expect(keys.length).toBeGreaterThan(20)
  await redis.del(...keys)
  await sqlOf(app)`update outbox set due_at = now()`
  await using _ = await startWorkers(app.config, { clock })
  clock.fire(limits.outbox.sweepMs)
  await device.hears('message', (data) => data.content === 'lost 19', { within: 30_000 })
  expect(device.words).toEqual(words)
  await eventually(async () => (await sqlOf(app)`select 1 from outbox`).length === 0)
})

test('a job that comes late reads the messages again: what was recalled stays unsaid', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const device = await bob.connects(elsewhere())
  const hers = await alice.connects(elsewhere())
  const said = await alice.says(bob, 'regretted')
  await alice.does('messages.recall', { id: said.id })
  const { queues } = app.nodes[0]!.ctx
  await eventually(async () => (await queues.depths()).delivery.waiting >= 2)
  // The worker's clock is ahead: the job is old to it.
  const late: Clock = {
    now: () => new Date(Date.now() + limits.delivery.freshMs + 1_000),
    elapsed: () => clock.elapsed(),
    after: clock.after.bind(clock),
    every: clock.every.bind(clock),
  }
  await using _ = await startWorkers(app.config, { clock: late })
  const heard = await device.hears('message', (data) => data.id === said.id)
  expect(heard.data).toMatchObject({ content: '', is_recalled: true })
  // What it came by is known still: her session said it itself.
  const own = await hers.hears('message_sent', (data) => data.id === said.id)
  expect(own.data).toMatchObject({ content: '', is_recalled: true })
  expect(JSON.stringify(device.heard)).not.toContain('regretted')
})

test('a big conversation is walked page by page, everybody hears it once', async () => {
  await using big = await install()
  const { owner, listener } = await big.people('owner', 'listener')
  const sql = sqlOf(big)
  const members = limits.audience.membersMax + 50
  const [group] = await sql<
    { id: number }[]
  >`insert into conversations (kind, group_id) values (2, 'G1') returning id`
  const conversation_id = group!.id
  await sql`
    insert into users (user_id, email, nickname)
    select 'member-' || n, 'member-' || n || '@example.com', 'm' from generate_series(1, ${members}) n`
  await sql`
    insert into conversation_members (conversation_id, user_id)
    select ${conversation_id}, id from users`
  const devices: Device[] = [await listener.connects(), await listener.connects({ deviceId: 'b' })]
  const sender = await owner.connects()
  const answer = await sender.asks('send_message', {
    conversation_id,
    message_type: 1,
    content: 'all',
  })
  expect(answer.type).toBe('ack')
  for (const device of devices)
    await device.hears('group_message', (data) => data.content === 'all')
  await eventually(async () => (await sql`select 1 from outbox`).length === 0)
  expect(devices.map((device) => device.words)).toEqual([['all'], ['all']])
})

test('leftovers of a dead node are swept, those of the living stay', async () => {
  await using world = await install({ clock: new FiringClock() })
  const { alice } = await world.people('alice')
  await alice.connects()
  const { registry, redis, config } = world.nodes[0]!.ctx
  const { id } = await alice.does('accounts.me')
  const entry = { connectionId: 'dead.1', user: id, session: 1, device: 'x' }
  await registry.register('dead')
  await registry.join('dead', entry)
  expect((await registry.connections([id]))[0]).toHaveLength(2)
  await redis.del(`${config.redisPrefix}:l:{dead}`)
  await registry.sweep()
  expect((await registry.connections([id]))[0]).toHaveLength(1)
})
