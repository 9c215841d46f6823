// Every write twice is once: done again, or ten times at once, it has one effect and is told once.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { disagreements } from '../support/agreement.ts'
import { install, type Installation } from '../support/installation.ts'
import { errors } from '../../src/protocol/errors.ts'
import { ask, rows, sceneOf, wayOf, writes, type Outcome } from './ask.ts'
import { contextOf, gather, type Cast } from './cast.ts'
import type { Again, Each, Once, Twice } from './rows/twice.ts'
import { Stage } from './stage.ts'

const parallel = 10

let app: Installation
let cast: Cast
beforeAll(async () => {
  app = await install()
  await countTelling()
  cast = await gather(app)
})
afterAll(() => app[Symbol.asyncDispose]())

/** Rows of the outbox are gone once they were told: a sequence counts those that came. */
async function countTelling(): Promise<void> {
  await contextOf(app).sql.unsafe(`
    create sequence told;
    create function count_telling() returns trigger language plpgsql as
      $$ begin perform nextval('told'); return null; end $$;
    create trigger count_telling after insert on outbox for each row execute function count_telling();
  `)
}

interface Reading {
  readonly effect: number
  readonly told: number
}

async function read(effect: string): Promise<Reading> {
  const [row] = await contextOf(app).sql.unsafe(
    `select (${effect})::int as effect, (select last_value::int * is_called::int from told) as told`,
  )
  return row as unknown as Reading
}

/** What a scene of its own grew by, and what its calls answered. */
async function play(row: string, effect: string, calls: number, atOnce: boolean) {
  const stage = new Stage(app, cast)
  const input = await sceneOf(row)(stage)
  const before = await read(effect)
  const outcomes: Outcome[] = []
  if (atOnce) {
    const all = Array.from({ length: calls }, () => ask(stage, row, input))
    outcomes.push(...(await Promise.all(all)))
  } else {
    for (let call = 0; call < calls; call++) outcomes.push(await ask(stage, row, input))
  }
  const after = await read(effect)
  return {
    effect: after.effect - before.effect,
    told: after.told - before.told,
    codes: outcomes.map(({ code }) => code),
    done: outcomes.filter(({ code }) => code === 0).map(({ data }) => data),
    later: outcomes.slice(1),
  }
}

const lines = rows.flatMap((row): [string, Twice][] => {
  const { twice } = wayOf(row)
  return twice ? [[row, twice]] : []
})
const single = lines.filter((line): line is [string, Once] => 'by' in line[1])
const repeated = lines.filter((line): line is [string, Each] => 'each' in line[1])

test('every write, and nothing else, says what becomes of it when it is done twice', () => {
  expect(lines.map(([row]) => row)).toEqual(rows.filter(writes))
})

test.each(single)('%s: twice is once', async (row, { effect, by, again }) => {
  const first = await play(row, effect, 1, false)
  expect([first.codes, first.effect]).toEqual([[0], by])

  const second = await play(row, effect, 2, false)
  expect([second.codes[0], second.effect, second.told]).toEqual([0, by, first.told])
  expect(allowed(again)).toContain(second.codes[1] as Outcome['code'])
  if (again === 'same') expect(second.done[1]).toEqual(second.done[0])

  const many = await play(row, effect, parallel, true)
  expect([many.effect, many.told]).toEqual([by, first.told])
  expect(many.codes).toContain(0)
  expect(many.codes.filter((code) => code !== 0 && !allowed(again).includes(code))).toEqual([])
  if (again === 'same') expect(new Set(many.done.map((data) => JSON.stringify(data))).size).toBe(1)
})

test.each(repeated)('%s: each time anew', async (row, { effect }) => {
  const first = await play(row, effect, 1, false)
  const many = await play(row, effect, parallel, true)
  expect(many.codes).toEqual(many.codes.map(() => 0))
  expect(many.effect).toBe(first.effect * parallel)
  // Less is told where the tenth time is no news.
  expect(many.told).toBeLessThanOrEqual(first.told * parallel)
})

test('what all of it has left behind agrees with itself', async () => {
  expect(await disagreements(contextOf(app).sql)).toEqual([])
})

const allowed = (again: Again): readonly Outcome['code'][] =>
  typeof again === 'string' ? [0] : again.map((each) => (each === 'ok' ? 0 : errors[each].code))
