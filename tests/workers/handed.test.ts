// What a node hands to its own sockets: at once, with nothing but Postgres; and what is left for workers.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startApi } from '../../src/api.ts'
import { must } from '../../src/core/assert.ts'
import { systemClock } from '../../src/core/clock.ts'
import { createLog } from '../../src/core/log.ts'
import { localSockets } from '../../src/features/messages/delivery/local-sockets.ts'
import { limits } from '../../src/limits.ts'
import { startWorkers } from '../../workers/worker-process.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const node = () => app.nodes[0]!.ctx
const jobs = () => node().queues.depths()
/** Nothing is ever sent there. */
const subscription = (of: Person) => ({
  endpoint: `https://push.invalid/${of.userId}`,
  keys: {
    p256dh:
      'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
})
const isAlone = () => node().of(localSockets).attached?.isAlone

/** Names of the jobs that wait for a delivery, the oldest first. */
async function waiting(): Promise<string[]> {
  const { redis, config } = node()
  const key = `{${config.redisPrefix}:jobs}:delivery`
  const ids = await redis.lrange(`${key}:wait`, 0, -1)
  return Promise.all(
    ids.toReversed().map(async (id) => (await redis.hget(`${key}:${id}`, 'name')) ?? ''),
  )
}

test('on one node friends hear each other without a worker, many batches have one job', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  await eventually(isAlone, { what: 'a node that knows it is alone' })
  const before = (await jobs()).delivery.waiting
  const [hers, his] = [await alice.connects(), await bob.connects()]
  const also = await alice.connects({ deviceId: 'also' })
  const words = Array.from({ length: 20 }, (_, n) => `word ${n}`)
  await Promise.all(words.map((each) => hers.says(bob, each)))
  await eventually(() => his.words.length === 20 && also.words.length === 20)
  expect([his.words, also.words, hers.words]).toEqual([words, words, []])
  const sql = node().sql
  expect(await sql`select 1 from outbox where message_ids is not null`).not.toBeEmpty()
  await eventually(async () => (await waiting()).includes('handed'), { what: 'the job' })
  // Each batch would have had its own; some were committed one by one.
  expect((await jobs()).delivery.waiting - before).toBeLessThan(words.length)
  await using _ = await startWorkers(app.config)
  await eventually(async () => (await sql`select 1 from outbox`).length === 0)
  expect(his.words).toEqual(words)
})

test('in a group of few, too: whoever is in it when something is said, and nobody else', async () => {
  const { ann, ben, cai, dee } = await app.people('ann', 'ben', 'cai', 'dee')
  const { group_id, conversation_id } = await ann.does('groups.create', {
    name: 'Wrens',
    is_public: true,
  })
  for (const each of [ben, cai]) await each.does('groups.join', { group_id })
  const hers = await ann.connects()
  const devices = await Promise.all([ben, cai, dee].map((each) => each.connects()))
  const [bens, cais, dees] = devices as [Device, Device, Device]
  let count = 0
  const wordsOf = ({ words }: Device) => words.filter((each) => each.startsWith('word'))
  /** Says something until somebody hears it: the node looks up who is in it with the first. */
  const saysUntil = async (device: Device): Promise<string> => {
    const before = wordsOf(device).length
    await eventually(async () => {
      const said = { conversation_id, message_type: 1, content: `word ${++count}` }
      expect((await hers.asks('send_message', said)).type).toBe('ack')
      return wordsOf(device).length > before
    })
    return must(wordsOf(device).at(-1), 'a word')
  }
  const first = await saysUntil(bens)
  await eventually(() => cais.words.includes(first))
  await ann.does('groups.kick', { group_id, target_user_id: cai.userId })
  const heard = wordsOf(cais)
  await saysUntil(bens)
  await dee.does('groups.join', { group_id })
  const last = await saysUntil(dees)
  await eventually(() => bens.words.includes(last))
  expect(wordsOf(cais)).toEqual(heard)
  expect(dees.words).not.toContain(first)
  expect(hers.words).toEqual([])
})

test('whoever is connected to a node that was not known yet hears it by the job', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  await eventually(isAlone, { what: 'a node that knows it is alone' })
  const other = await startApi(app.config, { log: createLog('silent', 'test') })
  try {
    const device = await bob.connects({ base: `http://127.0.0.1:${other.port}` })
    const hers = await alice.connects()
    await hers.says(bob, 'are you there?')
    await using _ = await startWorkers(app.config)
    await device.hears('message', (data) => data.content === 'are you there?')
    await device.close()
  } finally {
    await other[Symbol.asyncDispose]()
  }
})

test('whoever has no socket anywhere is notified, the sender is not', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  for (const each of [alice, bob]) {
    await each.does('push.subscribe', subscription(each))
  }
  await alice.says(bob, 'later, then')
  await using _ = await startWorkers(app.config, { queues: ['delivery'] })
  await eventually(async () => (await jobs()).push.waiting === 1, { what: 'one notification' })
  await eventually(async () => (await node().sql`select 1 from outbox`).length === 0)
  expect((await jobs()).push.waiting).toBe(1)
})

test('who was notified by a job of the sweeper is not notified again by one that comes late', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  await bob.does('push.subscribe', subscription(bob))
  const before = (await jobs()).push.waiting
  await alice.says(bob, 'once')
  await eventually(async () => (await jobs()).delivery.waiting > 0, { what: 'the job' })
  // As a worker leaves it that was quicker.
  await node().sql`delete from outbox where message_ids is not null`
  const now = () => new Date(Date.now() + limits.delivery.freshMs + 1_000)
  await using _ = await startWorkers(app.config, {
    queues: ['delivery'],
    clock: { ...systemClock, now },
  })
  await eventually(async () => (await jobs()).delivery.waiting === 0)
  await eventually(async () => (await jobs()).delivery.active === 0)
  expect((await jobs()).push.waiting).toBe(before)
})

test('friends on one node hear each other while Redis is away', async () => {
  await using alone = await install({ workers: false })
  const { alice, bob } = await alone.people('alice', 'bob')
  await alice.befriends(bob)
  const [hers, his] = [await alice.connects(), await bob.connects()]
  const { redis, sql } = alone.nodes[0]!.ctx
  redis.disconnect()
  await hers.says(bob, 'still here')
  await his.hears('message', (data) => data.content === 'still here')
  expect(await sql`select 1 from outbox where message_ids is not null`).toHaveLength(1)
})
