// Every operation and every frame is asked with every break of its schema, one at a time. The answer
// names the field, the reason and the bound, and says so in both languages.
import { Type, type TSchema } from '@sinclair/typebox'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { basePath } from '../../src/http/docs/addresses.ts'
import type { Refused } from '../../src/protocol/errors.ts'
import { clientFrames, RequestId, type ClientFrameType } from '../../src/protocol/frames.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { en } from '../../src/texts/en.ts'
import { zh } from '../../src/texts/zh.ts'
import { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { request, type Person } from '../support/people.ts'
import { breaksOf, rightOf, type Break, type Input } from './breaks.ts'

let app: Installation
let alice: Person
const sockets: Partial<Record<'en' | 'zh', Device>> = {}
beforeAll(async () => {
  app = await install()
  ;({ alice } = await app.people('alice'))
  for (const language of ['en', 'zh'] as const) {
    sockets[language] = await Device.open(app.url(), alice.token, language, {
      'accept-language': language,
    })
  }
})
afterAll(() => app[Symbol.asyncDispose]())

interface Said {
  readonly code: number
  readonly msg: string
  readonly refused: Input | null
}

/** What is to be told to a person: the name, the bound, in a sentence of their language. */
function checkWords({ field, min, max, allowed, reason }: Refused, english: string, other: string) {
  const bounds = [min, max, ...(allowed ?? [])].filter((each) => each !== undefined)
  for (const each of [field, ...bounds]) {
    expect(english).toContain(String(each))
    expect(other).toContain(String(each))
  }
  expect(english).toMatch(/^[\w.]+: .*[a-z0-9_].*\.$/)
  expect(other).toMatch(/^[\w.]+ .*\p{Script=Han}.*。$/u)
  if (reason !== 'pattern') return
  // Otherwise: what the field asks for is to be said in `refused.fields` of src/texts.
  expect(english).not.toContain(en.refused.reasons.pattern())
  expect(other).not.toContain(zh.refused.reasons.pattern())
}

function check({ refused }: Break, english: Said, other: Said) {
  expect([english.code, english.refused]).toEqual([4010, refused as never])
  expect([other.code, other.refused]).toEqual([4010, refused as never])
  checkWords(refused, english.msg, other.msg)
}

interface Parts {
  readonly params: Input
  readonly query: Input
  readonly body: unknown
}

const rights = ({ params, query, body }: Operation): Parts => ({
  params: params ? rightOf(params) : {},
  query: query ? rightOf(query) : {},
  body: body ? rightOf(body) : {},
})

async function ask(operation: Operation, parts: Parts, language: string): Promise<Said> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(parts.params[name])),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parts.query)) query.set(name, String(value))
  const { status, code, msg, data } = await request<Input | null>(
    app.url(),
    operation.method,
    `${basePath}${path}?${query}`,
    {
      ...(operation.open ? {} : { token: alice.token }),
      headers: { 'accept-language': language },
      ...(operation.body ? { body: parts.body } : {}),
    },
  )
  expect(status).toBe(422)
  return { code, msg, refused: data }
}

/** All breaks of an operation, as the parts that hold them. */
function allOf(operation: Operation): { parts: Parts; broken: Break }[] {
  const right = rights(operation)
  const of = (part: keyof Parts, schema: TSchema | undefined) =>
    (schema ? breaksOf(schema, { text: part !== 'body' }) : [])
      .filter(({ refused }) => part !== 'params' || refused.reason !== 'missing')
      .map((broken) => ({ parts: { ...right, [part]: broken.input }, broken }))
  const noObject = { input: [], refused: { field: 'body', reason: 'type', types: ['object'] } }
  return [
    ...of('params', operation.params),
    ...of('query', operation.query),
    ...of('body', operation.body),
    ...(operation.body
      ? [{ parts: { ...right, body: [] }, broken: noObject as unknown as Break }]
      : []),
  ]
}

const asked = Object.entries<Operation>(operations)
  .map(([name, operation]) => [name, operation, allOf(operation)] as const)
  .filter(([, , all]) => all.length > 0)

test('there is something to break in every operation that takes an input', () => {
  const taking = Object.entries<Operation>(operations).filter(([, each]) => {
    return each.params || each.query || each.body
  })
  expect(asked.map(([name]) => name)).toEqual(taking.map(([name]) => name))
  expect(asked.flatMap(([, , all]) => all).length).toBeGreaterThan(300)
})

test.each(asked)('%s says what is wrong with each field', async (_name, operation, all) => {
  for (const { parts, broken } of all) {
    const [english, other] = await Promise.all([
      ask(operation, parts, 'en'),
      ask(operation, parts, 'zh'),
    ])
    check(broken, english, other)
  }
})

/** The newest error of a socket; a frame with a bad id is answered without one. */
async function tell(language: 'en' | 'zh', frame: Input): Promise<Said> {
  const device = sockets[language]!
  const before = device.all('error').length
  device.raw(JSON.stringify(frame))
  const { data } = await eventually(() => device.all('error')[before], { what: 'a refusal' })
  const { code, msg, retryable, ...refused } = data as Input
  expect(retryable).toBe(false)
  return { code: code as number, msg: msg as string, refused }
}

const framed = Object.entries(clientFrames)
  .filter(([, { data }]) => 'properties' in data)
  .map(([type, { data }]) => [type as ClientFrameType, data as TSchema] as const)

test.each(framed)('the frame %s says what is wrong with each field', async (type, schema) => {
  const noObject = { input: 7, refused: { field: 'data', reason: 'type', types: ['object'] } }
  const none = { input: undefined, refused: { field: 'data', reason: 'missing' } }
  const all = [...breaksOf(schema), noObject as Break, none as Break]
  for (const broken of all) {
    const frame = { type, data: broken.input, id: 1 }
    check(broken, await tell('en', frame), await tell('zh', frame))
  }
})

test('a frame of no known type, and a request id that is none', async () => {
  const types = { reason: 'unknown_value', allowed: Object.keys(clientFrames) }
  const wrong: [Input, Refused][] = [
    [{ type: 'destroy' }, { field: 'type', ...types } as Refused],
    [{ data: {} }, { field: 'type', reason: 'missing' }],
    [{ type: 7 }, { field: 'type', reason: 'type', types: ['string'] }],
    ...breaksOf(Type.Object({ id: RequestId }))
      .filter(({ refused }) => refused.reason !== 'missing')
      .map(({ input, refused }) => [{ type: 'ping', ...(input as Input) }, refused] as never),
  ]
  expect(wrong.length).toBeGreaterThan(6)
  for (const [frame, refused] of wrong) {
    check({ input: frame, refused }, await tell('en', frame), await tell('zh', frame))
  }
})
