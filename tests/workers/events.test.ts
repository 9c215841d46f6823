// Events of an outbox row: what this version does not know waits, what throws waits alone.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import { Writable } from 'node:stream'
import pino from 'pino'
import { must } from '../../src/core/assert.ts'
import { limits } from '../../src/limits.ts'
import { keepEvents, setAside } from '../../src/infra/outbox.ts'
import { FiringClock } from '../support/clock.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

const secret = 'Heliotrope'
const clock = new FiringClock([limits.outbox.sweepMs])
const logged: string[] = []
let app: Installation
let alice: Person
let bob: Person
let device: Device
let conversation: number
beforeAll(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const log = pino({ level: 'info' }, stream)
  app = await install({ clock, workers: { clock, log } })
  ;({ alice, bob } = await app.people('alice', 'bob'))
  conversation = await alice.befriends(bob)
  device = await alice.connects()
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(async () => {
  await eventually(async () => (await rows()).length === 0, { what: 'an empty outbox' })
  logged.length = 0
})

afterEach(async () => {
  await sql()`delete from outbox`
})

const sql = () => app.nodes[0]!.ctx.sql
const idOf = async (person: Person) => (await person.does('accounts.me')).id

interface Row {
  readonly id: number
  readonly events: Record<string, unknown>[]
  readonly attempts: number
  readonly waits: boolean
}

async function rows(): Promise<Row[]> {
  return [
    ...(await sql()<Row[]>`
      select id, events, attempts, due_at > now() as waits from outbox order by id`),
  ]
}

async function said(read_seq: number): Promise<object> {
  const read_at = new Date().toISOString()
  const reader = await idOf(bob)
  return { name: 'conversation.read', conversation_id: conversation, reader, read_seq, read_at }
}

const unknown = { name: 'poll.closed', poll_id: 7, winner: secret, wide: 1e21 }
const misfit = { name: 'message.changed', message_id: secret, conversation_id: 1, version: 1 }

/** A row as a node writes it, with its job. */
async function emitted(...events: unknown[]): Promise<number> {
  const [row] = await sql()<{ id: number }[]>`
    insert into outbox (events) values (${sql().json(events as never)}) returning id`
  const { id } = must(row, 'a row was written')
  await app.nodes[0]!.ctx.queues.add('delivery', 'events', { outbox: id })
  return id
}

const receipt = (seq: number) =>
  device.hears(
    'read_receipt',
    (data) => data.read_seq === seq && data.reader_user_id === bob.userId,
  )

/** Rounds of the sweeper until something is so; one is passed over while another is under way. */
function sweptUntil(look: () => boolean | Promise<boolean>): Promise<boolean> {
  return eventually(() => {
    clock.fire(limits.outbox.sweepMs)
    return look()
  })
}

async function parkedRows(): Promise<number> {
  const { values } = await app.workerProcess!.ctx.metrics.outboxParked.get()
  return values[0]?.value ?? 0
}

const warnings = () =>
  logged
    .map((line) => JSON.parse(line) as { level: number; event?: string; msg: string })
    .filter(({ msg }) => msg.startsWith('an event that this version does not know'))

test('an unknown event waits in a row of its own; all others of its row are told', async () => {
  const id = await emitted(await said(101), unknown, misfit, await said(102))
  await receipt(101)
  await receipt(102)
  const left = await eventually(async () => {
    const [row, ...more] = await rows()
    return row && row.id !== id && more.length === 0 ? row : undefined
  })
  expect(left).toMatchObject({ events: [unknown, misfit], attempts: 0, waits: true })
  expect(warnings().map(({ event, level }) => [event, level])).toEqual([
    ['poll.closed', 40],
    ['message.changed', 40],
  ])
  expect(logged.join('')).not.toContain(secret)
  // Nothing was told twice, and no job has failed.
  const { queues } = app.nodes[0]!.ctx
  expect((await queues.depths()).delivery).toMatchObject({ failed: 0, delayed: 0 })
})

test('it comes again with the sweeper, later each time, and is parked in the end', async () => {
  const id = await emitted(unknown)
  await eventually(() => warnings().length === 1)
  expect(await rows()).toMatchObject([{ id, events: [unknown], attempts: 0, waits: true }])
  await sql()`update outbox set due_at = now() - interval '1 s'`
  await sweptUntil(() => warnings().length === 2)
  expect(await rows()).toMatchObject([{ id, events: [unknown], attempts: 1, waits: true }])
  await sql()`
    update outbox set attempts = ${limits.outbox.attemptsMax - 1}, due_at = now() - interval '1 s'`
  await sweptUntil(() => warnings().length === 3)
  await sql()`update outbox set due_at = now() - interval '1 s'`
  await sweptUntil(async () => (await parkedRows()) === 1)
  const [parked] = await rows()
  expect(parked).toMatchObject({ id, attempts: limits.outbox.attemptsMax })
  expect(warnings()).toHaveLength(3)
  // A worker of the version that knows it finds it whole.
  expect(parked!.events).toEqual([unknown])
})

test('names like those of objects are unknown, and what is no name is not repeated', async () => {
  await emitted({ name: 'constructor' }, { name: `say ${secret}` }, null, 7, await said(103))
  await receipt(103)
  await eventually(() => warnings().length === 4)
  expect(warnings().map(({ event }) => event)).toEqual(Array(4).fill('unnamed'))
  expect(logged.join('')).not.toContain(secret)
  await eventually(async () => (await rows())[0]?.events.length === 4)
})

test('an event whose reaction throws is left alone; those beside it are told once', async () => {
  // There is no such account: nobody can be told, and Postgres says why.
  const broken = { name: 'export.requested', export: 77 }
  const { queues } = app.workerProcess!.ctx
  const add = queues.add.bind(queues)
  let tries = 0
  queues.add = async (queue, name, data, options) => {
    if (name !== 'export') return add(queue, name, data, options)
    if (++tries < 3) throw new Error('nobody has foreseen this')
  }
  try {
    await emitted(await said(104), broken, await said(105))
    await receipt(104)
    await receipt(105)
    await eventually(() => tries === 3, { what: 'a third try' })
    await eventually(async () => (await rows()).length === 0, { what: 'an empty outbox' })
  } finally {
    queues.add = add
  }
  const told = device.heard.filter(
    ({ type, data }) => type === 'read_receipt' && (data as { read_seq: number }).read_seq === 104,
  )
  expect(told).toHaveLength(1)
})

test('two jobs for one row set its events aside once', async () => {
  const [row] = await sql()<{ id: number }[]>`
    insert into outbox (events) values (${sql().json([unknown, { name: 'b' }, misfit] as never)})
    returning id`
  const { id } = row!
  const both = await Promise.all([1, 2].map(() => setAside(sql(), id, 3, [0, 2])))
  expect(both.toSorted()).toEqual([false, true])
  expect((await rows()).map(({ events }) => events)).toEqual([[{ name: 'b' }], [unknown, misfit]])
  await keepEvents(sql(), id, 3, [0])
  expect((await rows())[0]!.events).toEqual([{ name: 'b' }])
})
