// What the longest inputs of one person cost another in time.
import { afterAll, beforeAll, expect } from 'bun:test'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import { median } from '../laws/ranks.ts'
import type { Asked, Ids } from '../laws/rows/longest.ts'
import type { Input } from '../laws/stage.ts'
import { deepTest } from '../support/deep.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, Person } from '../support/people.ts'
import { inputsIn, takingText } from './longest.ts'
import { startProgram, type Program } from './process.ts'

/** Requests with text at once, two of the other person after each five, and how often. */
const [crowd, rounds] = [50, 2]
/**
 * Clearly worse is both: this many times as long, and so many milliseconds longer, which is two for
 * each of the crowd. To read and store 20 KB of JSON, or to look up 500 names, costs some 0.6 on a
 * quiet machine.
 */
const worse = { times: 2, milliseconds: 2 * crowd }

let app: Installation
let node: Program
beforeAll(async () => {
  app = await install({ workers: false })
  // A process of its own: what holds it up does not hold up those who measure.
  node = await startProgram(app, 'api')
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

async function world() {
  const signUp = (name: string) => Person.signUp(node.url, name)
  const [ida, ann, strangers, neighbour] = await Promise.all([
    signUp('ida'),
    Promise.all([signUp('ann'), signUp('a'.repeat(32))]),
    Promise.all([signUp('sue'), signUp('s'.repeat(32))]),
    signUp('neighbour'),
  ])
  const ids = (two: readonly Person[]): Ids => ({
    ordinary: two[0]!.userId,
    longest: two[1]!.userId,
  })
  const [conversation] = [await ida.befriends(ann[0]!), await ida.befriends(ann[1]!)]
  const { id: said } = await ida.says(ann[0]!, 'hi')
  const { id: moment } = await ida.does('moments.create', { content: 'hi' })
  const { group_id: group } = await ida.does('groups.create', { name: 'Herons' })
  const of = { friend: ids(ann), stranger: ids(strangers), conversation, said, moment, group }
  const inputs = inputsIn(of)
  return { ida, neighbour, inputs }
}

const nameOf = (row: string) => row.split(' ')[0] as OperationName

/** How long the neighbour waited for each answer while others' requests were under way. */
async function waits(row: string, input: Input, who: Person, neighbour: Person) {
  const times: number[] = []
  const me = async () => {
    const from = performance.now()
    const answer = await callOperation(node.url, 'accounts.me', {}, neighbour.token)
    times.push(performance.now() - from)
    expect(answer.code).toBe(0)
  }
  const token = 'open' in operations[nameOf(row)] ? undefined : who.token
  const asks = Array.from({ length: crowd }, (_, n) => [
    callOperation(node.url, nameOf(row), input, token),
    ...(n % 5 < 2 ? [me()] : []),
  ])
  await Promise.all(asks.flat())
  return times
}

/** The neighbour's waits with both kinds of input, in turns. */
async function compare(row: string, { ordinary, longest, hashes }: Asked, [who, neighbour]: Two) {
  const times = { ordinary: [] as number[], longest: [] as number[] }
  for (let round = 0; round < (hashes ? 1 : rounds); round++) {
    const kinds = [
      ['ordinary', ordinary],
      ['longest', longest],
    ] as const
    for (const [kind, input] of round % 2 ? kinds.toReversed() : kinds) {
      times[kind].push(...(await waits(row, input, who, neighbour)))
    }
  }
  const at = (share: number) => {
    const of = (all: readonly number[]) =>
      all.toSorted((a, b) => a - b)[Math.floor(all.length * share)] as number
    return [of(times.ordinary), of(times.longest)] as const
  }
  const middle = [median(times.ordinary), median(times.longest)] as const
  const figures = [middle, at(0.9)]
  const isWorse = figures.every(
    ([usual, long]) => long > worse.times * usual && long - usual > worse.milliseconds,
  )
  return { isWorse, said: figures.map((each) => each.map((ms) => ms.toFixed(1)).join(' → ')) }
}

type Two = readonly [Person, Person]

deepTest(
  '32 Synapse CVE-2026-45078, CVE-2021-21393: the longest inputs hold nobody else up',
  async () => {
    const { ida, neighbour, inputs } = await world()
    expect(takingText.filter((name) => !Object.keys(inputs).map(nameOf).includes(name))).toEqual([])
    const starved: string[] = []
    for (const [row, asked] of Object.entries(inputs)) {
      // Whoever logs out would be nobody afterwards.
      const who = nameOf(row) === 'accounts.logout' ? await ida.again() : ida
      await expectLongest(row, asked, ida)
      const first = await compare(row, asked, [who, neighbour])
      if (process.env['TEST_LOG']) console.log(row, ...first.said)
      if (!first.isWorse) continue
      const again = [await compare(row, asked, [who, neighbour])]
      again.push(await compare(row, asked, [who, neighbour]))
      if (again.some((each) => each.isWorse)) {
        starved.push(`${row}: ${[first, ...again].map((each) => each.said.join(', ')).join('; ')}`)
      }
    }
    expect(starved).toEqual([])
  },
  60_000,
)

/** Refused as an ordinary one is, if at all; and with one letter more in any field, for its length. */
async function expectLongest(row: string, { ordinary, longest }: Asked, who: Person) {
  if (nameOf(row) === 'accounts.logout') return
  const ask = async (input: Input) =>
    (await callOperation(node.url, nameOf(row), input, who.token)).code
  if (!('cursor' in longest)) expect([row, await ask(longest)]).toEqual([row, await ask(ordinary)])
  for (const [field, value] of Object.entries(longest)) {
    if (typeof value !== 'string') continue
    const code = await ask({ ...longest, [field]: `${value}x` })
    expect([row, field, code]).toEqual([row, field, 4010])
  }
}
