// Request lines, headers and bodies that no client library would send, byte by byte.
import { afterAll, beforeAll, expect, spyOn, test } from 'bun:test'
import * as fc from 'fast-check'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { upgrade, Wire } from './wire.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const login = '/api/v1/users/login-pwd'

/** What came back; nothing at all when the server only closed. */
async function answerTo(bytes: string, { whole = true } = {}): Promise<string> {
  using wire = await Wire.open(app.url())
  wire.write(Buffer.from(bytes, 'latin1'))
  if (!whole) {
    // It may wait for more that never comes; others are answered meanwhile, then we hang up.
    expect((await fetch(`${app.url()}/api/v1/ping`)).status).toBe(200)
    wire.socket.end()
  }
  await eventually(() => wire.status !== undefined || wire.closed, { what: 'an answer or an end' })
  return wire.said
}

const statusIn = (said: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1] ?? 0)

/** How many requests this node has counted under a status, or under all from one on. */
async function counted(fits: (status: string | number) => boolean): Promise<number> {
  const { values } = await app.nodes[0]!.ctx.metrics.requests.get()
  const found = values.filter(({ labels }) => fits(labels.status ?? ''))
  return found.reduce((sum, { value }) => sum + value, 0)
}

test('21 RFC 9112: a host that is none, or two, is a bad request at every door', async () => {
  const hosts = ['', ' ', '[::1', '[', 'a b', 'caf\xe9', 'a/b', 'a@b', 'a?b', 'a#b', 'a\\b', '%']
  const hostile = [...hosts, 'localhost:99999', 'localhost:x', '1.2.3.4.5', 'a,b', 'a\r\nHost: b']
  const doors = ['/', '/healthz', '/docs', '/admin', '/admin/queues', '/api/v1/ping', '/nothing']
  for (const host of hostile) {
    const lines = `HTTP/1.1\r\nHost: ${host}\r\n`
    for (const path of doors) {
      const said = await answerTo(`GET ${path} ${lines}\r\n`)
      expect([host, path, statusIn(said)]).toEqual([host, path, 400])
      expect(said).toContain('{"code":4001,')
    }
    const socket = await answerTo(`GET /api/v1/messages/ws ${lines}${upgrade.join('\r\n')}\r\n\r\n`)
    expect([host, statusIn(socket)]).toEqual([host, 400])
  }
  for (const host of ['x', 'a', 'a_b', '[::1]:80', 'xn--caf-dma.example', '127.0.0.1:1']) {
    const said = await answerTo(`GET /api/v1/ping HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect([host, statusIn(said)]).toEqual([host, 200])
  }
  // Probes of old balancers name none, as HTTP/1.0 allows.
  for (const path of [...doors, '/api/v1/messages/ws']) {
    const status = statusIn(await answerTo(`GET ${path} HTTP/1.0\r\n\r\n`))
    expect([path, status >= 200 && status < 500]).toEqual([path, true])
  }
  expect(statusIn(await answerTo('GET /healthz HTTP/1.0\r\n\r\n'))).toBe(200)
})

test('22 uploads broken off: nobody’s fault, and counted as what they are', async () => {
  const { log } = app.nodes[0]!.ctx
  using error = spyOn(log, 'error')
  const broken = () => counted((status) => status === 'aborted')
  const before = await broken()
  const head = `POST ${login} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
  const ways = [
    `${head}Content-Length: 1000\r\n\r\n{"email":`,
    `${head}Content-Length: 60000\r\n\r\n`,
    `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ema\r\n`,
    `${head}Transfer-Encoding: chunked\r\n\r\nff\r\n{`,
    `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ema\r\nzz\r\n`,
    `POST /admin/login HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nname=a`,
  ]
  for (const bytes of ways) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        using wire = await Wire.open(app.url())
        wire.write(bytes)
      }),
    )
  }
  await eventually(async () => (await broken()) - before >= 10 * ways.length, {
    what: 'every one of them counted',
  })
  expect((await broken()) - before).toBe(10 * ways.length)
  expect(await counted((status) => Number(status) >= 500)).toBe(0)
  expect(error).not.toHaveBeenCalled()
})

const text = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), maxLength })
const oneOf = (list: string) => fc.constantFrom(...list.split(/[|\n]/))
const anything = fc.string({ unit: 'binary', maxLength: 40 }).map((each) => each.slice(0, 40))

const methods = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE')
const line = fc.record({
  method: fc.oneof({ weight: 9, arbitrary: methods }, text('GETPOSgetx \t\0', 8)),
  path: fc.oneof(
    { weight: 4, arbitrary: oneOf('/|/healthz|/docs|/admin|/admin/login|/api/v1/messages/ws') },
    fc.constantFrom(login, '/api/v1/ping', '/api/v1/users/me', '/api/v1/exports/x', '/metrics'),
    text('/.%aF0é?&=#\\*:;@[]\0\x7f', 20).map((rest) => `/${rest}`),
    text('/.%a', 20).map((rest) => `/api/v1/users/${rest}`),
    text('=&%[]F0', 20).map((rest) => `/api/v1/friends/search?${rest}`),
    anything,
  ),
  version: fc.oneof({ weight: 9, arbitrary: fc.constant('HTTP/1.1') }, text('HTP/1.02', 9)),
})
const names = `Host|Content-Length|Transfer-Encoding|Connection|Upgrade|Expect|Range|Cookie|Accept
Authorization|Accept-Language|Origin|Content-Type|Via|X-Forwarded-For|X-Forwarded-Host|User-Agent
X-Forwarded-Proto|X-Request-Id|If-None-Match|Sec-WebSocket-Key|Sec-WebSocket-Version|Sec-Fetch-Site
Sec-WebSocket-Protocol|Access-Control-Request-Method|Accept-Encoding|__proto__|`
const values = `x|-1|0|5|99999999999999999999|chunked|websocket|upgrade|close|100-continue|bytes=0-
Bearer x.y.z|Bearer |bearer|zh;q=9|*|,|;;=,|text/html|application/json|null|http://|13|POST|[::1
application/json; charset=${'\xff'}|curlew_admin=%|same-origin|${'\t'}|"|gzip|a${'\0'}b|%00|${'\x7f'}|`
const host = fc.oneof(
  { weight: 5, arbitrary: fc.constant(['Host: curlew']) },
  { weight: 2, arbitrary: fc.oneof(oneOf(values), anything).map((value) => [`Host: ${value}`]) },
  fc.constant([]),
)
const header = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: oneOf(names) }, anything),
    fc.oneof({ weight: 5, arbitrary: oneOf(values) }, anything),
  )
  .map(([name, value]) => `${name}: ${value}`)

test('21 whatever the first line and the headers, nothing that is sent is our fault', async () => {
  using error = spyOn(app.nodes[0]!.ctx.log, 'error')
  const before = await counted(() => true)
  await fc.assert(
    fc.asyncProperty(
      line,
      host,
      fc.array(header, { maxLength: 4 }),
      fc.oneof(fc.constantFrom('', '{}', '5\r\nabc', '\0'), anything),
      async ({ method, path, version }, first, headers, body) => {
        const all = [...first, ...headers]
        const said = await answerTo(
          `${method} ${path} ${version}\r\n${all.map((each) => `${each}\r\n`).join('')}\r\n${body}`,
          { whole: false },
        )
        // 505 is Bun's word for a version that is none of HTTP's, before anybody is asked.
        const all5xx = [...said.matchAll(/HTTP\/1\.1 (5\d\d)/g)].map((found) => found[1])
        expect(all5xx.filter((status) => status !== '505')).toEqual([])
      },
    ),
    { numRuns: 600 },
  )
  // Most of them came through to us, and were not turned away by Bun.
  expect((await counted(() => true)) - before).toBeGreaterThan(200)
  expect(await counted((status) => Number(status) >= 500)).toBe(0)
  expect(error).not.toHaveBeenCalled()
})
