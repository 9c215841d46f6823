// What the framework answers by itself: the envelope, the headers and the id are there all the same.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { basePath } from '../../src/http/docs/addresses.ts'
import { operations } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { install, type Installation } from '../support/installation.ts'

const origin = 'https://chat.example'
let app: Installation
beforeAll(async () => {
  app = await install({ workers: false, env: { ALLOWED_ORIGINS: origin } })
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = (method: string, path: string, more: RequestInit = {}) =>
  fetch(app.url() + path, {
    method,
    redirect: 'manual',
    ...more,
    headers: { origin, ...more.headers },
  })

const json = { 'content-type': 'application/json' }
const login = `${basePath}/users/login-pwd`

test.each([
  ['GET', '/nothing', 404, 4004],
  ['GET', '/api/v2/ping', 404, 4004],
  ['GET', `${basePath}/nothing/at/all`, 404, 4004],
  ['OPTIONS', '/nothing', 404, 4004],
  ['OPTIONS', `${basePath}/nothing`, 404, 4004],
  ['GET', '/docs/nothing', 404, 4004],
  ['GET', '/docs/assets/nothing.js', 404, 4004],
  ['GET', `${basePath}/exports/nothing`, 404, 4004],
  ['POST', '/docs', 405, 4001],
  ['DELETE', '/healthz', 405, 4001],
  ['PUT', '/metrics', 405, 4001],
  ['POST', '/', 405, 4001],
  ['PATCH', `${basePath}/users/me`, 405, 4001],
  ['GET', `${basePath}/friends/send-request`, 405, 4001],
  ['POST', `${basePath}/exports/nothing`, 405, 4001],
  ['POST', `${basePath}/messages/ws`, 405, 4001],
  ['GET', `${basePath}/users/login`, 405, 4001],
  ['DELETE', `${basePath}/friends/list`, 405, 4001],
  ['GET', `${basePath}/messages/ws`, 426, 4001],
  ['GET', `${basePath}/users/me`, 401, 4002],
  ['GET', '/admin/nothing', 401, 4002],
] as const)('%s %s answers %d in the envelope', async (method, path, status, code) => {
  const response = await ask(method, path)
  const body = (await response.json()) as Record<string, unknown>
  expect([response.status, body['code'], Object.keys(body)]).toEqual([
    status,
    code,
    ['code', 'msg', 'data'],
  ])
  checkHeaders(response)
  expect(response.headers.has('allow')).toBe(status === 405)
})

function checkHeaders({ headers }: Response): void {
  expect(headers.get('access-control-allow-origin')).toBe(origin)
  expect(headers.get('access-control-expose-headers')).toContain('x-request-id')
  expect(headers.get('vary')).toContain('origin')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
}

test('bodies beyond the bound, far beyond it, and of unknown length', async () => {
  const { bodyBytesMax } = limits
  for (const bytes of [bodyBytesMax + 1, 5 * bodyBytesMax, 40 * bodyBytesMax]) {
    const body = 'x'.repeat(bytes)
    for (const given of [body, new Blob([body]).stream()]) {
      const response = await ask('POST', login, { body: given, headers: json })
      expect([bytes, response.status, await response.json()]).toMatchObject([
        bytes,
        413,
        { code: 4013, data: null },
      ])
      checkHeaders(response)
    }
  }
  const whole = JSON.stringify({ email: 'nobody@example.com', password: 'xxxxxxxx' })
  const given = new Blob([whole.padEnd(bodyBytesMax)]).stream()
  expect((await ask('POST', login, { body: given, headers: json })).status).not.toBe(413)
})

test('an answer that was kept from nobody: successes, redirects, an unexpected error', async () => {
  checkHeaders(await ask('GET', `${basePath}/ping`))
  checkHeaders(await ask('GET', '/healthz'))
  checkHeaders(await ask('GET', '/'))
  const { carol } = await app.people('carol')
  const { sql } = app.nodes[0]!.ctx
  await sql`alter table friends rename to friends_away`
  const headers = { authorization: `Bearer ${carol.token}` }
  const failed = await ask('GET', `${basePath}/friends/list`, { headers })
  await sql`alter table friends_away rename to friends`
  expect([failed.status, await failed.json()]).toMatchObject([500, { code: 5000 }])
  checkHeaders(failed)
})

test('what may be kept is kept: pages and their files say so themselves', async () => {
  const kept = async (path: string) => (await ask('GET', path)).headers.get('cache-control')
  expect(await kept('/docs')).toBe('no-cache')
  expect(await kept('/docs/openapi.json')).toBe('no-cache')
  const page = await (await ask('GET', '/docs')).text()
  const asset = /"(\/docs\/assets\/[^"]+)"/.exec(page)?.[1] as string
  expect(await kept(asset)).toContain('immutable')
})

const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']

const byPath = Map.groupBy(Object.values<Operation>(operations), ({ path }) => path)
const isLiteral = (path: string) => !path.includes('{')

/** What `Allow` says of a path: of a literal one that alone, whichever patterns it fits as well. */
function takenAt(path: string): string[] {
  const here = isLiteral(path)
    ? [...(byPath.get(path) ?? [])]
    : [...byPath].filter(([other]) => matches(other, path)).flatMap(([, each]) => each)
  const methods = new Set<string>(here.map(({ method }) => method))
  return [...methods, 'OPTIONS', ...(methods.has('GET') ? ['HEAD'] : [])].toSorted()
}

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}

test('every path says which methods it takes, whoever asks, before it asks who', async () => {
  const { dora } = await app.people('dora')
  expect([...byPath.keys()].filter(isLiteral).length).toBeGreaterThan(20)
  const seen: Record<string, unknown> = {}
  const wanted: Record<string, unknown> = {}
  for (const path of byPath.keys()) {
    const taken = takenAt(path)
    const at = basePath + path.replaceAll(/\{\w+\}/g, '1')
    for (const method of everyMethod.filter((each) => !taken.includes(each))) {
      for (const headers of [{}, { authorization: `Bearer ${dora.token}` }]) {
        for (const end of ['', '/', '?x=1']) {
          const response = await ask(method, at + end, { headers })
          const body = method === 'HEAD' ? null : await response.json()
          const what = `${method} ${at}${end}${'authorization' in headers ? ' with a token' : ''}`
          seen[what] = [response.status, response.headers.get('allow'), body?.code]
          const code = method === 'HEAD' ? undefined : 4001
          wanted[what] = [405, taken.join(', '), code]
        }
      }
    }
  }
  expect(seen).toEqual(wanted)
})

test('every path takes the methods it names', async () => {
  for (const path of byPath.keys()) {
    const at = basePath + path.replaceAll(/\{\w+\}/g, '1')
    for (const method of takenAt(path)) {
      const { status } = await ask(method, at)
      expect([method, at, status, [404, 405].includes(status)]).toEqual([method, at, status, false])
    }
  }
})

test('asked without a wish to send something: what is there answers, what is not is not', async () => {
  for (const path of byPath.keys()) {
    const at = basePath + path.replaceAll(/\{\w+\}/g, '1')
    expect([at, (await ask('OPTIONS', at)).status]).toEqual([at, 204])
  }
  for (const path of ['/nope', '/nope/', '/users', '/users/login/nope', '/moments/1/nope']) {
    const response = await ask('OPTIONS', basePath + path)
    expect([path, response.status, await response.json()]).toMatchObject([
      path,
      404,
      { code: 4004 },
    ])
  }
})

test('a browser may ask about any address, and gets no further at the admin door', async () => {
  const before = { 'access-control-request-method': 'GET' }
  for (const path of ['/nothing', `${basePath}/nope`, `${basePath}/ping`, '/docs']) {
    const response = await ask('OPTIONS', path, { headers: before })
    expect([path, response.status]).toEqual([path, 204])
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization')
  }
  const foreign = await ask('OPTIONS', `${basePath}/ping`, {
    headers: { ...before, origin: 'https://evil.example' },
  })
  for (const response of [foreign, await ask('OPTIONS', '/admin', { headers: before })]) {
    expect(response.headers.has('access-control-allow-methods')).toBe(false)
    expect(response.headers.has('access-control-allow-headers')).toBe(false)
  }
})
