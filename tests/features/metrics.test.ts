// Who may read what the process counts, on the port of everybody and on one of its own.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createApp } from '../../src/app.ts'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { serveMetrics } from '../../src/infra/metrics.server.ts'
import { freePort } from '../../src/local/ports.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { Wire } from '../security/wire.ts'

const token = 'a-token-for-the-collector'
let app: Installation
let withToken: Installation
let port: number
beforeAll(async () => {
  port = await freePort()
  app = await install({ workers: false, env: { METRICS_PORT: `${port}` } })
  withToken = await install({ workers: false, env: { METRICS_TOKEN: token } })
})
afterAll(async () => {
  for (const each of [app, withToken]) await each[Symbol.asyncDispose]()
})

const read = (base: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/metrics`, { headers })

const passedOn = [
  'Forwarded: for=192.0.2.1',
  'X-Forwarded-For: 192.0.2.1',
  'x-forwarded-for:',
  'X-Forwarded-Proto: https',
  'X-Real-IP: 192.0.2.1',
  'Via: 1.1 proxy',
  'True-Client-IP: 192.0.2.1',
  'CF-Connecting-IP: 192.0.2.1',
  'CDN-Loop: cdn',
  'X-Forwarded-Host: chat.example',
  'X-Client-IP: 192.0.2.1',
  'X-Envoy-External-Address: 192.0.2.1',
  'X-Original-Forwarded-For: 192.0.2.1',
]

test('whoever sits at this machine reads them, and nobody behind a proxy', async () => {
  const here = await read(app.url())
  expect([here.status, await here.text()]).toEqual([200, expect.stringContaining('curlew_sends')])
  for (const header of [
    ...passedOn,
    // One that passes on nothing but the name that was asked for.
    'Host: chat.example',
  ]) {
    const [status, said] = await raw(header)
    expect([header, status]).toEqual([header, 404])
    expect(said).toContain('"code":4004')
    expect(said).not.toContain('curlew_')
  }
  for (const host of ['localhost', `localhost:${port}`, '127.0.0.1', '[::1]:8080']) {
    expect([host, (await raw(`Host: ${host}`))[0]]).toEqual([host, 200])
  }
})

test('asked wrongly, it is there for those alone who may read it', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const here = await fetch(`${app.url()}/metrics`, { method })
    expect([method, here.status, here.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD'])
    for (const header of passedOn) {
      const [status, said] = await raw(header, method)
      expect([method, header, status]).toEqual([method, header, 404])
      expect(said).not.toMatch(/^allow:/im)
    }
  }
  expect((await fetch(`${app.url()}/metrics`, { method: 'HEAD' })).status).toBe(200)
})

async function raw(header: string, method = 'GET'): Promise<[number | undefined, string]> {
  using wire = await Wire.open(app.url())
  const host = /^host:/i.test(header) ? '' : 'Host: localhost\r\n'
  wire.write(`${method} /metrics HTTP/1.1\r\n${host}${header}\r\n\r\n`)
  const status = await eventually(() => wire.status, { what: 'an answer' })
  return [status, wire.said]
}

test('in production a proxy may add nothing at all: there the token alone opens', async () => {
  const { ctx, door } = app.nodes[0]!
  const config = { ...ctx.config, production: true }
  const strict = createApp({ ...ctx, config }, door, []).listen({ port: 0, hostname: '127.0.0.1' })
  const base = `http://127.0.0.1:${strict.server?.port}`
  expect((await read(base)).status).toBe(404)
  expect((await read(base, { authorization: `Bearer ${token}` })).status).toBe(404)
  await strict.stop(true)
})

test('where there is a token, it opens from anywhere and nothing else does', async () => {
  const base = withToken.url()
  const far = { 'x-forwarded-for': '192.0.2.1' }
  for (const authorization of [
    'Bearer',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    token,
    `Basic ${btoa(token)}`,
  ]) {
    expect((await read(base, { authorization })).status).toBe(404)
  }
  expect((await read(base)).status).toBe(404)
  expect((await read(base, { authorization: `Bearer ${token}`, ...far })).status).toBe(200)
})

test('a port of its own has the counters, and nothing else', async () => {
  const base = `http://127.0.0.1:${port}`
  await app.signUp('counted')
  const text = await (await read(base)).text()
  expect(text).toMatch(/curlew_requests_total\{operation="accounts\.\w+",status="200"/)
  expect(text).toMatch(/curlew_queue_jobs\{queue="delivery"/)
  for (const own of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99',
  ]) {
    expect(text).toMatch(new RegExp(`^${own}`, 'm'))
  }
  // For these Bun walks the whole heap, and nothing else runs meanwhile.
  expect(text).not.toContain('nodejs_heap_space')
  expect((await fetch(`${base}/healthz`)).status).toBe(200)
  for (const path of ['/', '/docs', '/admin', '/api/v1/ping']) {
    expect([path, (await fetch(base + path)).status]).toEqual([path, 404])
  }
  expect(() => serveMetrics(app.config, app.nodes[0]!.ctx.metrics)).toThrow(
    `METRICS_PORT ${port} is taken: every process needs one of its own.`,
  )
})

test('a port of its own asks for the token, too', async () => {
  const own = await freePort()
  const { ctx } = withToken.nodes[0]!
  const stop = serveMetrics({ ...withToken.config, metricsPort: own }, ctx.metrics)
  const base = `http://127.0.0.1:${own}`
  expect((await read(base)).status).toBe(404)
  expect((await read(base, { authorization: `Bearer ${token}` })).status).toBe(200)
  await stop()
})

test.each(['short', 'with a space in the middle', 'line\nline-line-line-line'])(
  'no start with a token like %j',
  (bad) => {
    expect(() => loadConfig({ ...app.env, METRICS_TOKEN: bad })).toThrow(ConfigError)
  },
)

test('how long requests took, by operation, and what runs here', async () => {
  const { ctx } = app.nodes[0]!
  const count = async () => {
    const text = await (await read(app.url())).text()
    return Number(
      /^curlew_request_seconds_count\{.*operation="accounts.ping".*\} (\d+)$/m.exec(text)?.[1] ?? 0,
    )
  }
  const before = await count()
  for (let n = 0; n < 3; n++) await fetch(`${app.url()}/api/v1/ping`)
  expect((await count()) - before).toBe(3)
  // Paths that nobody knows share one label: nobody makes series by asking.
  for (let n = 0; n < 20; n++) await fetch(`${app.url()}/nothing/${n}`)
  const { values } = await ctx.metrics.requests.get()
  const labels = new Set(values.map(({ labels: each }) => String(each.operation)))
  expect([...labels].filter((each) => each.includes('nothing'))).toEqual([])
  expect(labels).toContain('none')
  const text = await (await read(app.url())).text()
  expect(text).toMatch(
    /^curlew_build_info\{version="\d[^"]*",protocol="\d+",bun="1\.[^"]*",.*\} 1$/m,
  )
})
