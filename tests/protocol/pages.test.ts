// The docs over HTTP: what a browser needs comes from here, and nothing else may run.
import { expect, test } from 'bun:test'
import openapi from '../../docs/openapi.json' with { type: 'json' }
import asyncapi from '../../docs/asyncapi.json' with { type: 'json' }
import { docsRoutes } from '../../src/http/docs/routes.ts'
import { operations } from '../../src/protocol/operations.ts'

const app = docsRoutes()
const get = (path: string, headers: Record<string, string> = {}) =>
  app.handle(new Request(`http://localhost${path}`, { headers }))

const assetsOf = (html: string) =>
  [...html.matchAll(/(?:href|src)="([^"]+\.(?:css|js))"/g)].map((found) => found[1] ?? '')

test('the OpenAPI document is served and revalidated', async () => {
  const first = await get('/docs/openapi.json')
  expect(first.headers.get('content-type')).toContain('application/json')
  const document = (await first.json()) as { paths: object }
  expect(JSON.stringify(document.paths)).toContain(Object.keys(operations)[0] as string)
  const etag = first.headers.get('etag') as string
  expect((await get('/docs/openapi.json', { 'if-none-match': etag })).status).toBe(304)
})

test('the AsyncAPI document is served', async () => {
  const document = (await (await get('/docs/asyncapi.json')).json()) as { asyncapi: string }
  expect(document.asyncapi).toBe('3.0.0')
})

test.each([
  ['/docs/openapi.json', openapi],
  ['/docs/asyncapi.json', asyncapi],
])('%s is the file of that name, without its blanks', async (path, file) => {
  expect(await (await get(path)).text()).toBe(JSON.stringify(file))
})

test.each(['/docs', '/docs/socket'])(
  '%s: no inline script or style, nothing foreign',
  async (path) => {
    const answer = await get(path)
    const html = await answer.text()
    expect(answer.status).toBe(200)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain('http')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i)
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    for (const url of assetsOf(html)) expect(url).toMatch(/^\/docs\/assets\/[\w-]+\.[0-9a-f]{16}\./)
  },
)

test('assets are kept for good under the name of their content', async () => {
  const urls = assetsOf(await (await get('/docs')).text())
  expect(urls.length).toBeGreaterThanOrEqual(5)
  for (const url of urls) {
    const zipped = await get(url, { 'accept-encoding': 'gzip, br' })
    expect(zipped.headers.get('cache-control')).toContain('immutable')
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    const plain = await (await get(url)).bytes()
    expect(Bun.gunzipSync(await zipped.bytes())).toEqual(plain as never)
  }
})

test('other names are no assets', async () => {
  for (const name of ['page.0000000000000000.css', '..%2froutes.ts', 'package.json']) {
    expect((await get(`/docs/assets/${name}`)).status).not.toBe(200)
  }
})

test('the socket page shows every frame', async () => {
  const html = await (await get('/docs/socket')).text()
  for (const id of ['client.send_message', 'server.hello', 'object.Message', 'closes']) {
    expect(html).toContain(`id="${id}"`)
  }
  for (const part of ['?ticket=', '?token=', '?device_id=']) expect(html).toContain(part)
})
