// The captcha hook: asked where the installation says so, against a real siteverify server.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { createLog } from '../../src/core/log.ts'
import { limits } from '../../src/limits.ts'
import { SiteVerify } from '../../src/infra/captcha.http.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation } from '../support/people.ts'

const secret = 'the-secret-of-the-site'
const good = 'a-token-of-a-person'

/** What it was asked, and what it answers unless a test says otherwise. */
const asked: Record<string, string>[] = []
const usual = (form: Record<string, string>) =>
  Response.json({ success: form['secret'] === secret && form['response'] === good })
let answer: (form: Record<string, string>) => Response = usual

const service = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const form = Object.fromEntries(new URLSearchParams(await request.text()))
    asked.push({ ...form, type: request.headers.get('content-type') ?? '' })
    return answer(form)
  },
})
const url = `http://127.0.0.1:${service.port}/siteverify`

let app: Installation
let lenient: Installation
beforeAll(async () => {
  const env = { RATE_LIMITS: 'on', CAPTCHA_URL: url, CAPTCHA_SECRET: secret }
  app = await install({ workers: false, env: { ...env, CAPTCHA_ON: 'code, login-pwd' } })
  lenient = await install({ workers: false, env: { ...env, CAPTCHA_AWAY: 'pass' } })
})
afterEach(() => {
  answer = usual
  asked.length = 0
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await lenient[Symbol.asyncDispose]()
  await service.stop(true)
})

let count = 0
const askCode = (of: Installation, token?: string) =>
  callOperation(of.url(), 'accounts.sendCode', {
    email: `c${++count}@example.com`,
    ...(token === undefined ? {} : { captcha_token: token }),
  })

test('a person passes, a program does not, whoever brings no token is told which field', async () => {
  expect((await askCode(app, good)).code).toBe(0)
  expect(asked).toEqual([
    {
      secret,
      response: good,
      remoteip: '127.0.0.1',
      type: expect.stringContaining('application/x-www-form-urlencoded') as never,
    },
  ])
  for (const token of ['made up', '', undefined]) {
    const refused = await askCode(app, token)
    expect([refused.status, refused.code]).toEqual([422, 4010])
    expect(refused.data as unknown).toEqual({
      field: 'captcha_token',
      reason: token ? 'pattern' : 'missing',
    })
  }
  // Without a token there is nothing to ask.
  expect(asked).toHaveLength(2)
})

test('it is asked for where CAPTCHA_ON says, and nowhere else', async () => {
  const login = { email: 'nobody', password: 'wrong word' }
  expect((await callOperation(app.url(), 'accounts.loginWithPassword', login)).code).toBe(4010)
  const proved = { ...login, captcha_token: good }
  expect((await callOperation(app.url(), 'accounts.loginWithPassword', proved)).code).toBe(4103)
  const signUp = (n: number) => ({
    email: `s${n}@example.com`,
    user_id: `signup-${n}`,
    nickname: 's',
    password: 'four calm grey herons',
  })
  const name = 'accounts.registerWithPassword'
  expect((await callOperation(app.url(), name, signUp(1))).code).toBe(0)
  // Unless told otherwise: codes and signing up, not signing in.
  expect((await callOperation(lenient.url(), name, signUp(2))).code).toBe(4010)
  expect((await callOperation(lenient.url(), 'accounts.loginWithPassword', login)).code).toBe(4103)
})

test('a service that is away, confused or elsewhere: refused or let in, as the setting says', async () => {
  const elsewhere: string[] = []
  const thief = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      elsewhere.push(await request.text())
      return Response.json({ success: true })
    },
  })
  const away: Record<string, () => Response> = {
    'an error': () => new Response('oops', { status: 500 }),
    'no JSON': () => new Response('<html>'),
    'neither yes nor no': () => Response.json({ success: 'true' }),
    'our secret is wrong': () =>
      Response.json({ success: false, 'error-codes': ['invalid-input-secret'] }),
    'too much': () => new Response(' '.repeat(limits.captcha.answerBytesMax + 1)),
    'another place': () => Response.redirect(`http://127.0.0.1:${thief.port}/`, 307),
  }
  for (const [what, respond] of Object.entries(away)) {
    answer = respond
    const strict = await askCode(app, good)
    expect([what, strict.status, strict.code]).toEqual([what, 503, 5030])
    expect(strict.headers.get('retry-after')).toBe('5')
    expect([what, (await askCode(lenient, good)).code]).toEqual([what, 0])
  }
  // The secret went nowhere else.
  expect(elsewhere).toEqual([])
  await thief.stop(true)
  // A plain no is a no, however lenient.
  answer = () => Response.json({ success: false, 'error-codes': ['timeout-or-duplicate'] })
  expect((await askCode(lenient, good)).code).toBe(4010)
})

test('nobody is there at all', async () => {
  const captcha = new SiteVerify('http://127.0.0.1:9/', secret, createLog('silent', 'test'))
  expect(await captcha.verify(good, 'unknown')).toBe('away')
})

test('what is refused for its rate is not asked about', async () => {
  const { limiter } = app.nodes[0]!.ctx
  const { widened } = await import('../../src/core/token-bucket.ts')
  const { buckets } = await import('../../src/features/all.ts')
  const bucket = widened(buckets.code.caller)
  const takes = Array.from({ length: bucket.burst }, () => limiter.take('code@127.0.0.1', bucket))
  await Promise.all(takes)
  await Promise.all(Array.from({ length: 20 }, () => limiter.take('code@127.0.0.1', bucket)))
  asked.length = 0
  expect((await askCode(app, good)).code).toBe(4029)
  expect(asked).toEqual([])
})

test('settings that cannot work refuse the start', () => {
  const env = { JWT_SECRET: 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa', CAPTCHA_URL: url }
  expect(() => loadConfig(env)).toThrow(ConfigError)
  const full = { ...env, CAPTCHA_SECRET: secret }
  expect(loadConfig(full).captcha?.on).toEqual(['code', 'register-pwd'])
  expect(() => loadConfig({ ...full, CAPTCHA_URL: 'ftp://x' })).toThrow('CAPTCHA_URL')
  expect(() => loadConfig({ ...full, CAPTCHA_ON: 'code,lunch' })).toThrow('CAPTCHA_ON')
  expect(() => loadConfig({ ...full, CAPTCHA_AWAY: 'maybe' })).toThrow('CAPTCHA_AWAY')
})
