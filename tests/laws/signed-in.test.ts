// A client may sign out on any 401. So nobody who is signed in gets one for a secret they mistyped:
// every operation that takes a password or a code is asked with a wrong one, token in hand.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { basePath } from '../../src/http/docs/places.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { request } from '../support/people.ts'
import { sceneOf } from './ask.ts'
import { gather, type Cast } from './cast.ts'
import { Stage, type Input } from './stage.ts'

let app: Installation
let cast: Cast
beforeAll(async () => {
  app = await install()
  cast = await gather(app)
})
afterAll(() => app[Symbol.asyncDispose]())

/** What proves who one is, as opposed to what is to be from now on. */
const secrets: Partial<Record<OperationName, string>> = {
  'accounts.verifyCode': 'code',
  'accounts.register': 'code',
  'accounts.login': 'code',
  'accounts.loginWithPassword': 'password',
  'accounts.resetPassword': 'code',
  'accounts.setPassword': 'old_password',
  'accounts.deleteMe': 'password',
}
/** Takes a password that is new: there is nothing to mistype. */
const others = ['accounts.registerWithPassword']

/** Another of the same form. */
const wrong = (secret: string) =>
  /^[0-9]{6}$/.test(secret) ? String((Number(secret) + 1) % 1e6).padStart(6, '0') : `${secret} x`

const ask = (stage: Stage, name: OperationName, body: Input) => {
  const { method, path }: Operation = operations[name]
  const { token } = stage.asker ?? stage.owner
  return request(app.url(), method, basePath + path, { token, body })
}

test('every operation that takes a secret is asked here', () => {
  const taking = Object.entries<Operation>(operations).filter(([, { body }]) =>
    Object.keys(body?.properties ?? {}).some((field) => /password|^code$/.test(field)),
  )
  expect(taking.map(([name]) => name).toSorted()).toEqual(
    [...Object.keys(secrets), ...others].toSorted(),
  )
})

test.each(Object.entries(secrets))(
  '%s: a wrong %s is 400, and the session lives',
  async (op, field) => {
    const name = op as OperationName
    const stage = new Stage(app, cast)
    const input = await sceneOf(name)(stage)
    const refused = await ask(stage, name, { ...input, [field]: wrong(String(input[field])) })
    const code = field === 'code' ? 4106 : 4103
    expect([refused.status, refused.code]).toEqual([400, code])
    const { token } = stage.asker ?? stage.owner
    expect((await request(app.url(), 'GET', `${basePath}/users/me`, { token })).status).toBe(200)
    expect((await ask(stage, name, input)).code).toBe(0)
  },
)
