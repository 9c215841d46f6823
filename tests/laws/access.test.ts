// Who may do what: every operation and frame, asked by everybody, against what access.table.ts says.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { errors } from '../../src/protocol/errors.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { access } from './access.table.ts'
import {
  ask,
  frameOf,
  isPersonal,
  operationNameOf,
  pooled,
  rows,
  sceneOf,
  unplayed,
} from './ask.ts'
import { askers, gather, type Cast } from './cast.ts'
import { Stage } from './stage.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Rows that are played at once. */
const atOnce = 6

interface Row {
  readonly name: string
  readonly cells: readonly string[]
}

/** The last words of a line are its cells, what comes before them is the name of the row. */
const written = access
  .trim()
  .split('\n')
  .map((line) => line.split(/ +/))
  .map((words) => ({
    name: words.slice(0, -askers.length).join(' '),
    cells: words.slice(-askers.length),
  }))
const head = written.shift()
const expected = new Map(written.map(({ name, cells }) => [name, cells]))

const lineOf = ({ name, cells }: Row) =>
  [name.padEnd(29), ...cells.map((each) => each.padEnd(6))].join(' ').trimEnd()

test('every operation and every frame has a scene and a row', () => {
  const missing = unplayed().map((name) => `${name}: add its scene to tests/laws/scenes.ts`)
  const without = rows.filter((row) => !expected.has(row))
  const advice = without.map(
    (row) => `${row}: add its row to tests/laws/access.table.ts; the test below shows a draft`,
  )
  expect([...missing, ...advice]).toEqual([])
  expect([...expected.keys()].filter((name) => !rows.includes(name))).toEqual([])
  expect(head?.cells).toEqual(askers.map((asker) => asker.slice(0, 6)))
})

/** Of every operation that takes a token, whatever it does. */
const ofTokens = new Set(['4002', '4104', '4108'])

test('how an operation refuses is written in its definition', () => {
  const undeclared = [...expected]
    .filter(([row]) => frameOf(row) === undefined)
    .flatMap(([row, cells]) => {
      const operation: Operation = operations[operationNameOf(row)]
      const declared = operation.errors.map((name) => String(errors[name].code))
      const codes = new Set(cells.filter((cell) => cell !== 'ok' && !ofTokens.has(cell)))
      return [...codes].filter((code) => !declared.includes(code)).map((code) => `${row}: ${code}`)
    })
  expect(undeclared).toEqual([])
})

async function cellOf(row: string, stage: Stage): Promise<string> {
  try {
    const { code } = await ask(stage, row, await sceneOf(row)(stage))
    return code === 0 ? 'ok' : String(code)
  } catch (cause) {
    throw new Error(`${row}, asked by ${stage.role}`, { cause })
  }
}

async function play(row: string, shared: Cast): Promise<Row> {
  const cast = isPersonal(row) ? await gather(app) : shared
  const cells: string[] = []
  for (const asker of askers) cells.push(await cellOf(row, new Stage(app, cast, asker)))
  return { name: row, cells }
}

test('everybody may do what the table says, and nothing else', async () => {
  const shared = await gather(app)
  const found = await pooled(rows, atOnce, (row) => play(row, shared))
  const wrong = found.filter(({ name, cells }) => `${cells}` !== `${expected.get(name)}`)
  // The lines as they would have to stand in the table, were it right as it is.
  expect(wrong.map(lineOf).join('\n')).toBe('')
}, 60_000)

/** No table gets that far. */
const absent = Number.MAX_SAFE_INTEGER

test('for a stranger, what is there and what is not are the same answer', async () => {
  const stage = new Stage(app, await gather(app), 'stranger')
  const compared: string[] = []
  for (const row of rows) {
    const input = await sceneOf(row)(stage)
    const ids = Object.keys(input).filter((name) => /(^|_)id$/.test(name))
    const numbers = ids.filter((name) => typeof input[name] === 'number')
    if (numbers.length === 0) continue
    const hidden = await ask(stage, row, input)
    if (hidden.code === 0) continue
    const nothing = Object.fromEntries(numbers.map((name) => [name, absent]))
    expect([row, await ask(stage, row, { ...input, ...nothing })]).toEqual([row, hidden])
    compared.push(row)
  }
  expect(compared.length).toBeGreaterThan(8)
})
