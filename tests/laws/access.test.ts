// Who may do what: every operation and frame, asked by everybody, against what its row says.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { errors, type ErrorName } from '../../src/protocol/errors.ts'
import { clientFrames } from '../../src/protocol/frames.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { ask, isPersonal, pooled, rows, sceneOf, wayOf, writes } from './ask.ts'
import { gather, type Cast } from './cast.ts'
import { askerNames, type Access, type Asker, type Cell } from './rows/access.ts'
import { frameOf, frameRows, operationNameOf, operationRows } from './rows/all.ts'
import { Stage, type Input } from './stage.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Rows that are played at once. */
const atOnce = 6

test('every operation and every frame has its row', () => {
  expect(Object.keys(operationRows).toSorted()).toEqual(Object.keys(operations).toSorted())
  expect(Object.keys(frameRows).toSorted()).toEqual(Object.keys(clientFrames).toSorted())
})

/** Of every operation that takes a token, whatever it does. */
const ofTokens: readonly string[] = ['unauthenticated', 'tokenInvalid', 'accountDisabled']

test('how an operation refuses is written in its definition', () => {
  const undeclared = rows
    .filter((row) => frameOf(row) === undefined)
    .flatMap((row) => {
      const { errors: declared }: Operation = operations[operationNameOf(row)]
      const known = ['ok', ...ofTokens, ...declared]
      const cells = [...new Set(Object.values(wayOf(row).access))]
      return cells.filter((cell) => !known.includes(cell)).map((cell) => `${row}: ${cell}`)
    })
  expect(undeclared).toEqual([])
})

const nameOf = (code: number) =>
  must(
    (Object.keys(errors) as ErrorName[]).find((name) => errors[name].code === code),
    `${code} is in the table of errors`,
  )

/** Whoever is refused leaves everything as it was: then the next one asks for the same thing. */
class Play {
  #unchanged: Input | undefined

  constructor(
    readonly row: string,
    readonly cast: Cast,
  ) {}

  async cellOf(asker: Asker): Promise<Cell> {
    const { row } = this
    try {
      const stage = new Stage(app, this.cast, asker)
      const input = this.#unchanged ?? (await sceneOf(row)(stage))
      const isForAnybody = input === this.#unchanged || stage.isForAnybody
      const { code } = await ask(stage, row, input)
      this.#unchanged = isForAnybody && (code !== 0 || !writes(row)) ? input : undefined
      if (code === 'shut') return code
      return code === 0 ? 'ok' : nameOf(code)
    } catch (cause) {
      throw new Error(`${row}, asked by ${asker}`, { cause })
    }
  }
}

async function play(row: string, shared: Cast): Promise<Access> {
  const scenes = new Play(row, isPersonal(row) ? await gather(app) : shared)
  const cells: Partial<Record<Asker, Cell>> = {}
  for (const asker of askerNames) cells[asker] = await scenes.cellOf(asker)
  return cells as Access
}

test('everybody may do what the rows say, and nothing else', async () => {
  const shared = await gather(app)
  const found = await pooled(rows, atOnce, async (row) => [row, await play(row, shared)] as const)
  // What would have to stand in tests/laws/rows, were it right as it is.
  const wrong = found.flatMap(([row, cells]) =>
    askerNames
      .filter((asker) => cells[asker] !== wayOf(row).access[asker])
      .map((asker) => `${row}: { ${asker}: '${cells[asker]}' }`),
  )
  expect(wrong).toEqual([])
}, 240_000)

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
