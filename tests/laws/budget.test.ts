// How many statements an operation costs, counted where they leave for Postgres: its row
// pins each, and a longer list costs no more of them than a short one.
import type { TSchema } from '@sinclair/typebox'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'
import { must } from '../../src/core/assert.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { ask, askOn, dial, rows, sceneOf, wayOf, type Outcome } from './ask.ts'
import { gather, type Cast } from './cast.ts'
import { frameOf, operationRows } from './rows/all.ts'
import { Stage, type Input } from './stage.ts'

let statements: string[] = []
let app: Installation
let cast: Cast
beforeAll(async () => {
  app = await install({
    // Nothing of the nodes' own accord: beacons and rechecks ask the database too. The lease does
    // not, and without it sockets seem to be gone after half a minute.
    clock: {
      ...systemClock,
      every: (milliseconds, run) =>
        milliseconds === limits.lease.refreshMs
          ? systemClock.every(milliseconds, run)
          : { stop: () => {} },
    },
    onStatement: (statement) => {
      // What the driver itself asks on a new connection.
      if (!statement.includes('pg_catalog.pg_type')) statements.push(statement)
    },
  })
  cast = await gather(app)
})
afterAll(() => app[Symbol.asyncDispose]())

/** The cheapest counts, for the first finds caches empty. */
const attempts = 2
/** So often where that is not what was expected. */
const attemptsMax = 4

async function costOf(
  stage: Stage,
  row: string,
  makeInput: () => Input | Promise<Input>,
  expected: number,
) {
  const frame = frameOf(row)
  const device = frame && must(await dial(stage), 'the owner has a socket')
  let cost = Infinity
  let last: Outcome = { code: 'shut', data: null }
  const isAsExpected = (attempt: number) => attempt >= attempts && cost === expected
  for (let attempt = 0; attempt < attemptsMax && !isAsExpected(attempt); attempt++) {
    const input = await makeInput()
    statements = []
    last = await (frame && device ? askOn(device, frame, input) : ask(stage, row, input))
    expect([row, last.code]).toEqual([row, 0])
    cost = Math.min(cost, statements.length)
  }
  await device?.close()
  return { cost, data: last.data }
}

test('every operation and frame costs what its row says', async () => {
  const wrong: string[] = []
  for (const row of rows) {
    const stage = new Stage(app, cast)
    const { budget } = wayOf(row)
    const { cost } = await costOf(stage, row, () => sceneOf(row)(stage), budget)
    if (cost !== budget) wrong.push(`${row}: budget: ${cost}, // was ${budget}`)
  }
  // Cheaper is as much a change as dearer: put the new number into the row, and know why.
  expect(wrong).toEqual([])
})

const lists = Object.entries<Operation>(operations)
  .filter(([, { data }]) => isList(data))
  .map(([name]) => name)

function isList(schema: TSchema): boolean {
  const { type, anyOf, properties } = schema as {
    type?: string
    anyOf?: TSchema[]
    properties?: Record<string, TSchema>
  }
  if (type === 'array') return true
  const list = properties?.['list']
  return list ? isList(list) : (anyOf ?? []).some(isList)
}

const growing = Object.entries(operationRows).flatMap(([name, { grows = {} }]) =>
  Object.entries(typeof grows === 'string' ? {} : grows).map(
    ([how, crowd]) => [name, how, crowd] as const,
  ),
)

test('every operation that answers a list, and no other, says how its list grows', () => {
  const said = Object.entries(operationRows).flatMap(([name, { grows }]) => (grows ? [name] : []))
  expect(said.toSorted()).toEqual(lists.toSorted())
})

/** Some lists never show more at once. */
const shortestPage = 20

const lengthOf = (data: unknown) =>
  (Array.isArray(data) ? data : (data as { list: unknown[] }).list).length

test.each(growing)('%s, %s, costs no more when it is long', async (row, _how, crowd) => {
  let expected = wayOf(row).budget
  const stage = new Stage(app, await gather(app))
  for (const size of [1, 30]) {
    const input = await crowd(stage, size)
    const { cost, data } = await costOf(stage, row, () => input, expected)
    expect(lengthOf(data)).toBeGreaterThanOrEqual(Math.min(size, shortestPage))
    if (size > 1) expect(cost).toBe(expected)
    expected = cost
  }
})
