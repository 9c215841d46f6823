// push: what becomes of a registration when its push service does not take a notification.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Writable } from 'node:stream'
import pino from 'pino'
import { limits } from '../../src/limits.ts'
import { examine } from '../../src/doctor.ts'
import { queueOf } from '../support/admin.ts'
import { ShiftedClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { startPushService, type PushReply, type PushService } from '../support/push-service.ts'

const clock = new ShiftedClock({ shorten: limits.webPush.timeoutMs, to: 200 })
const logged: string[] = []
let app: Installation
let service: PushService
let writer: Person
beforeAll(async () => {
  service = startPushService()
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const log = pino({ level: 'warn' }, stream)
  // The workers' clock alone: a shorter deadline of the writer is another matter.
  app = await install({ env: { PUSH_PRIVATE_HOSTS: 'on' }, workers: { clock, log } })
  writer = (await app.people('writer')).writer
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const sql = () => app.nodes[0]!.ctx.sql
const sentTo = (name: string) => service.received.filter((each) => each.path === `/push/${name}`)

/** Somebody new with a browser that is answered so. */
async function reader(name: string, ...answers: PushReply[]): Promise<Person> {
  const to = (await app.people(name))[name]!
  await writer.befriends(to)
  service.answer(name, ...answers)
  await to.does('push.subscribe', service.subscription(name))
  return to
}

const rowOf = async (endpoint: string) => {
  const [row] = await sql()`select * from push_subscriptions where endpoint = ${endpoint}`
  return row
}
const rowOfBrowser = (name: string) => rowOf(service.subscription(name).endpoint)

async function counted(outcome: string): Promise<number> {
  const { values } = await app.workerProcess!.ctx.metrics.pushes.get()
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
}

describe('an answer that says nothing of the browser', () => {
  const rows: Record<string, [answers: PushReply[], outcome: string]> = {
    'a redirect': [[[307, { location: '/push/elsewhere' }]], 'redirected'],
    'bad request': [[400], 'refused'],
    'wrong key': [[401], 'unauthorized'],
    forbidden: [[403], 'unauthorized'],
    'too large': [[413], 'tooLarge'],
    'too many': [[429, 429], 'limited'],
    broken: [[500], 'unavailable'],
    away: [[503], 'unavailable'],
  }
  for (const [what, [answers, outcome]] of Object.entries(rows)) {
    test.concurrent(`${what}: it stays, and is tried again until it is taken`, async () => {
      const before = await counted(outcome)
      const name = what.replaceAll(' ', '-')
      const to = await reader(name, ...answers)
      await writer.says(to, 'hello')
      await eventually(() => sentTo(name).length === answers.length + 1, { what: 'a new try' })
      await eventually(async () => (await rowOfBrowser(name))?.['failing_since'] === null)
      expect(await counted(outcome)).toBeGreaterThanOrEqual(before + answers.length)
      expect(sentTo('elsewhere')).toEqual([])
    })
  }
})

test('only 404 and 410 end a registration', async () => {
  for (const status of [404, 410]) {
    const to = await reader(`gone-${status}`, status)
    await writer.says(to, 'hello')
    await eventually(async () => !(await rowOfBrowser(`gone-${status}`)), { what: 'its end' })
  }
  expect(await counted('gone')).toBe(2)
})

test('nobody who listens, and one who says nothing, are tried again', async () => {
  const hanging = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Promise<Response>(() => {}),
  })
  const closed = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  await closed.stop(true)
  const { keys } = service.subscription('any')
  for (const [name, port, why] of [
    ['nobody', closed.port, 'unreachable'],
    ['silence', hanging.port, 'timeout'],
  ] as const) {
    const to = await reader(name)
    const endpoint = `http://127.0.0.1:${port}/push/${name}`
    await to.does('push.subscribe', { endpoint, keys })
    // Only here: where somebody answers, a busy machine may need longer than that.
    clock.shortens = why === 'timeout'
    await writer.says(to, 'hello')
    await eventually(async () => (await rowOf(endpoint))?.['failing_why'] === why, { what: why })
    await eventually(async () => (await counted(why)) > 1, { what: `another try after ${why}` })
    // The other browser has nothing to do with it; with so little patience it may be told again.
    if (!clock.shortens) expect(sentTo(name)).toHaveLength(1)
    clock.shortens = false
    await to.does('accounts.logout')
  }
  await hanging.stop(true)
})

test('a name nobody knows is registered, kept, and asked for again', async () => {
  await using strict = await install()
  const { ann, ben } = await strict.people('ann', 'ben')
  await ann.befriends(ben)
  const endpoint = 'https://push.invalid/one'
  const { keys } = service.subscription('any')
  const { id } = await ben.does('push.subscribe', { endpoint, keys })
  await ann.says(ben, 'hello')
  const { sql: strictly } = strict.nodes[0]!.ctx
  await eventually(async () => {
    const [row] = await strictly`select failing_why from push_subscriptions where id = ${id}`
    return row?.['failing_why'] === 'unresolved'
  })
  await eventually(async () => {
    const { values } = await strict.workerProcess!.ctx.metrics.pushes.get()
    return values.some(({ labels, value }) => labels.outcome === 'unresolved' && value > 1)
  })
  await ben.does('push.unsubscribe', { id })
})

test('a service that says when is not asked before', async () => {
  const wait = [429, { 'retry-after': '3600' }] as const
  const to = await reader('patient', wait)
  await writer.says(to, 'one')
  const { id } = (await rowOfBrowser('patient'))!
  const job = await eventually(async () => {
    const delayed = await queueOf(app, 'push').getDelayed()
    return delayed.find(({ data }) => data.subscription === id && sentTo('patient').length === 1)
  })
  expect(job.delay).toBe(3_600_000)
  // What is said meanwhile waits with it, and comes along.
  await writer.says(to, 'two')
  await app.nodes[0]!.ctx.queues.add('push', 'deliver', job.data, {
    collapse: job.deduplicationId!,
  })
  expect(sentTo('patient')).toHaveLength(1)
  await job.promote()
  // A worker that blocks for jobs looks again by itself each 10 s, should a wake-up be missed.
  await eventually(() => sentTo('patient').length === 2, { within: 30_000 })
  expect(sentTo('patient')[1]?.payload).toMatchObject({ unread: 2 })
  // By then nobody would want it any more.
  const tomorrow = new Date(Date.now() + 2 * limits.push.lifeMs).toUTCString()
  const late = await reader('late', [503, { 'retry-after': tomorrow }])
  const before = await counted('expired')
  await writer.says(late, 'one')
  await eventually(async () => (await counted('expired')) === before + 1)
  expect(sentTo('late')).toHaveLength(1)
  expect(await rowOfBrowser('late')).toBeDefined()
})

test('each browser has its own outcome: what one has taken does not ring again', async () => {
  const to = await reader('good')
  for (const [name, ...answers] of [
    ['weak', 503, 503],
    ['wrong', 401],
  ] as const) {
    service.answer(name, ...answers)
    await to.does('push.subscribe', service.subscription(name))
  }
  // As it was registered when keys were not looked at.
  const point = Buffer.alloc(65, 7).fill(4, 0, 1).toString('base64url')
  const bad = await to.does('push.subscribe', service.subscription('bad'))
  await sql()`update push_subscriptions set p256dh = ${point} where id = ${bad.id}`
  await writer.says(to, 'once')
  await eventually(() => sentTo('weak').length === 3 && sentTo('wrong').length === 2)
  await eventually(async () => (await counted('unusable')) === 1)
  await eventually(async () => {
    const jobs = await queueOf(app, 'push').getJobs(['waiting', 'active', 'delayed'])
    return jobs.every(({ data }) => data.subscription !== bad.id)
  })
  expect(sentTo('good')).toHaveLength(1)
  expect(sentTo('bad')).toHaveLength(0)
  expect(await rowOfBrowser('bad')).toBeDefined()
})

test('a trouble is loud once, and the doctor shows it while it lasts', async () => {
  const heard = () =>
    logged.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome === 'tooLarge')
  const people = await Promise.all(
    ['loud-1', 'loud-2', 'loud-3'].map((name) => reader(name, ...Array(50).fill(413))),
  )
  const before = await counted('tooLarge')
  await Promise.all(people.map((to) => writer.says(to, 'hello')))
  const failing = () => sql()`
    select 1 from push_subscriptions where endpoint like '%loud%' and failing_since is not null`
  await eventually(async () => {
    return (await counted('tooLarge')) >= before + 4 && (await failing()).length === people.length
  })
  expect(heard()).toHaveLength(1)
  const { host } = new URL(service.subscription('any').endpoint)
  expect(heard()[0]).toMatchObject({ level: 50, service: host, status: 413 })
  expect(logged.filter((line) => line.includes('a job failed'))).toEqual([])
  const told = async () => (await examine(app.config)).find(({ what }) => what === 'Push')
  expect(await told()).toMatchObject({ state: 'ok' })
  await sql()`
    update push_subscriptions set failing_since = failing_since - interval '1 hour'
    where endpoint like '%loud%'`
  expect(await told()).toMatchObject({
    state: 'WARN',
    note: expect.stringContaining(`${host}: tooLarge (413), 3 registrations, since `),
  })
  for (const name of ['loud-1', 'loud-2', 'loud-3']) service.answer(name)
  await eventually(async () => (await failing()).length === 0, { what: 'the end of the trouble' })
  expect(await told()).toMatchObject({ state: 'ok' })
  // Nobody has asked since, and nobody can say whether it lasts.
  await sql()`
    update push_subscriptions set failing_why = 'unavailable (503)',
      failing_since = now() - interval '2 hours', failed_at = now() - interval '1 hour'
    where endpoint like '%loud%'`
  expect(await told()).toMatchObject({ state: 'ok' })
})
