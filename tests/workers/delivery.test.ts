// delivery: what a worker brings to another node, and the safety net under it.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Clock } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'
import { localSockets } from '../../src/features/messages/delivery/local-sockets.ts'
import { startWorkers } from '../../workers/worker-process.ts'
import { queueOf } from '../support/admin.ts'
import { FiringClock } from '../support/clock.ts'
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

test('jobs that were lost are made again from the outbox, each once', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const device = await bob.connects(elsewhere())
  const words = Array.from({ length: 20 }, (_, n) => `lost ${n}`)
  for (const content of words) await alice.says(bob, content)
  const { redis, config } = app.nodes[0]!.ctx
  // One that came after the others are lost would be told before them.
  await eventually(async () => {
    const jobs = await queueOf(app, 'delivery').getWaiting()
    const queued = new Set(jobs.map(({ data }) => (data as { outbox: number }).outbox))
    return (await sqlOf(app)`select id from outbox`).every(({ id }) => queued.has(Number(id)))
  })
  const keys = await redis.keys(`*${config.redisPrefix}:jobs*`)
  expect(keys.length).toBeGreaterThan(20)
  await redis.del(...keys)
  await sqlOf(app)`update outbox set due_at = now()`
  await using _ = await startWorkers(app.config, { clock })
  clock.fire(limits.outbox.sweepMs)
  await device.hears('message', (data) => data.content === 'lost 19', { within: 30_000 })
  await eventually(() => device.words.length >= words.length)
  // Told in nearly that order: a job that is done fetches the next beside a worker that fetches.
  const inOrder = device.messages.toSorted((a, b) => a.seq - b.seq)
  expect(inOrder.map(({ content }) => content)).toEqual(words)
  await eventually(async () => (await sqlOf(app)`select 1 from outbox`).length === 0)
})

test('a late job reads again: what was recalled stays unsaid, what was edited is said so', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const device = await bob.connects(elsewhere())
  const hers = await alice.connects(elsewhere())
  const said = await alice.says(bob, 'regretted')
  await alice.does('messages.recall', { id: said.id })
  const { id: edited } = await alice.says(bob, 'of yore')
  await alice.does('messages.edit', { id: edited, content: 'of now' })
  const { queues } = app.nodes[0]!.ctx
  await eventually(async () => (await queues.depths()).delivery.waiting >= 4)
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
  for (const [each, type] of [
    [device, 'message'],
    [hers, 'message_sent'],
  ] as const) {
    const { data } = await each.hears(type, ({ id }) => id === edited)
    expect(data).toMatchObject({ content: 'of now', edited_at: expect.any(String) })
  }
  expect(JSON.stringify(device.heard)).not.toMatch(/regretted|of yore/)
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
