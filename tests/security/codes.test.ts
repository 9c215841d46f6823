// Mailed codes: what guessing, racing and asking again can gain.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startApi } from '../../src/api.ts'
import { createLog } from '../../src/core/log.ts'
import { limits } from '../../src/limits.ts'
import { install, type Installation } from '../support/installation.ts'
import { eventually } from '../support/eventually.ts'
import { callOperation } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const check = (email: string, code: string, base = app.url()) =>
  callOperation(base, 'accounts.verifyCode', { email, code })

/** The code of one more mail. */
async function nextCode(email: string): Promise<string> {
  const count = () => app.mails.filter((mail) => mail.to === email).length
  const before = count()
  await callOperation(app.url(), 'accounts.sendCode', { email })
  await eventually(() => count() > before)
  return app.codeFor(email)
}

test('3 Mattermost CVE-2024-36250: of twenty sign-ins with one code one succeeds', async () => {
  const { alice } = await app.signUp('alice')
  await app.codeFor(alice.email)
  const code = await nextCode(alice.email)
  // Five tries are all a code has: the rest must not even be looked at.
  const tries = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      callOperation(app.url(n & 1), 'accounts.login', { email: alice.email, code }),
    ),
  )
  expect(tries.map((each) => each.code).toSorted((a, b) => a - b)).toEqual([
    0,
    ...Array<number>(19).fill(4106),
  ])
  const { sql } = app.nodes[0]!.ctx
  const [row] = await sql`
    select count(*)::int as sessions from sessions s join users u on u.id = s.user_id
    where u.user_id = ${alice.userId}`
  expect(row?.['sessions']).toBe(2)
})

test('4 TikTok careers, HackerOne 1075827: five tries are five, however many come at once', async () => {
  const email = 'guessed@example.com'
  const code = await nextCode(email)
  const tries = await Promise.all(
    Array.from({ length: 60 }, (_, n) => check(email, code, app.url(n & 1))),
  )
  expect(tries.filter((each) => each.code === 0)).toHaveLength(limits.code.attemptsMax)
})

test('4 TikTok careers, HackerOne 1075827: new codes do not refill the hour', async () => {
  const email = 'patient@example.com'
  for (let tried = 0; tried < limits.code.attemptsPerHourMax; tried += limits.code.attemptsMax) {
    const code = await nextCode(email)
    for (let n = 0; n < limits.code.attemptsMax; n++) {
      expect((await check(email, wrong(code))).code).toBe(4106)
    }
  }
  const right = await nextCode(email)
  expect((await check(email, right, app.url(1))).code).toBe(4106)
  await using again = await startApi(app.config, { log: createLog('silent', 'again') })
  expect((await check(email, right, `http://127.0.0.1:${again.port}`)).code).toBe(4106)
  // Not Redis either: it may forget everything.
  const { redis, config } = app.nodes[0]!.ctx
  const keys = await redis.keys(`${config.redisPrefix}:limit:*`)
  if (keys.length > 0) await redis.del(...keys)
  const login = await callOperation(app.url(), 'accounts.register', {
    email,
    code: right,
    user_id: 'patient-one',
    nickname: 'n',
  })
  expect(login.code).toBe(4106)
})

test('4 TikTok careers, HackerOne 1075827: a code is for its address and purpose', async () => {
  const [mine, theirs] = ['mine@example.com', 'theirs@example.com']
  const code = await nextCode(mine)
  await nextCode(theirs)
  expect((await check(theirs, code)).code).toBe(4106)
  const ask = { email: mine, purpose: 'login' }
  const before = app.mails.length
  await callOperation(app.url(), 'accounts.sendCode', ask)
  await eventually(() => app.mails.length > before)
  const login = await app.codeFor(mine)
  const input = { email: mine, code: login, user_id: 'for-login', nickname: 'n' }
  // The code before it is still good for registering; this one is not.
  expect((await callOperation(app.url(), 'accounts.register', input)).code).toBe(4106)
})
