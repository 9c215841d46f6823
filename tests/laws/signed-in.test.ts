// A client may sign out on any 401. So nobody who is signed in gets one for a secret they mistyped:
// every operation that takes a password or a code is asked with a wrong one, token in hand.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { basePath } from '../../src/http/docs/addresses.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { request } from '../support/people.ts'
import { sceneOf } from './ask.ts'
import { gather, type Cast } from './cast.ts'
import { operationRows } from './rows/all.ts'
import { Stage, type Input } from './stage.ts'

let app: Installation
let cast: Cast
beforeAll(async () => {
  app = await install()
  cast = await gather(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const taking = Object.entries(operationRows).filter(([, { secret }]) => secret !== undefined)
/** What proves who one is, as opposed to what is to be from now on. */
const secrets = taking.flatMap(([name, { secret }]) =>
  secret ? [[name as OperationName, secret] as const] : [],
)

/** Another of the same form. */
const wrong = (secret: string) =>
  /^[0-9]{6}$/.test(secret) ? String((Number(secret) + 1) % 1e6).padStart(6, '0') : `${secret} x`

const ask = (stage: Stage, name: OperationName, body: Input) => {
  const { method, path }: Operation = operations[name]
  const { token } = stage.asker ?? stage.owner
  return request(app.url(), method, basePath + path, { token, body })
}

test('every operation that takes a secret says which field it is', () => {
  const all = Object.entries<Operation>(operations).filter(([, { body }]) =>
    Object.keys(body?.properties ?? {}).some((field) => /password|^code$/.test(field)),
  )
  expect(taking.map(([name]) => name).toSorted()).toEqual(all.map(([name]) => name).toSorted())
  expect(secrets.length).toBeGreaterThan(6)
})

test.each(secrets)('%s: a wrong %s is 400, and the session lives', async (name, field) => {
  const stage = new Stage(app, cast)
  const input = await sceneOf(name)(stage)
  const refused = await ask(stage, name, { ...input, [field]: wrong(String(input[field])) })
  const code = field === 'code' ? 4106 : 4103
  expect([refused.status, refused.code]).toEqual([400, code])
  const { token } = stage.asker ?? stage.owner
  expect((await request(app.url(), 'GET', `${basePath}/users/me`, { token })).status).toBe(200)
  expect((await ask(stage, name, input)).code).toBe(0)
})
