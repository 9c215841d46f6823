// Bodies that are deep, long, endless, late or packed.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { request } from '../support/people.ts'
import { Wire } from './wire.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(`${app.url()}/api/v1/users/login-pwd`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

test('21 Mattermost CVE-2022-0903: JSON as deep as a body can hold is refused, and no more', async () => {
  const depth = limits.bodyBytesMax / 2 - 50
  const deep = '['.repeat(depth) + ']'.repeat(depth)
  const object = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
  for (const body of [
    deep,
    object,
    `{"email":${deep},"password":"xxxxxxxx"}`,
    `{"email":"nobody@example.com","password":${object}}`,
    '['.repeat(limits.bodyBytesMax),
    '{"a":'.repeat(limits.bodyBytesMax / 5),
  ]) {
    expect([400, 422]).toContain((await post(body)).status)
  }
  // What no schema names is not looked at, however deep.
  const ignored = `{"email":"nobody@example.com","password":"xxxxxxxx","x":${deep}}`
  expect((await post(ignored)).status).toBe(400)
  expect(((await (await post(ignored)).json()) as { code: number }).code).toBe(4103)
})

test('22 socket.io-parser CVE-2026-69185: bodies are bounded, said or not', async () => {
  const ask = async (headers: string[], body = '') => {
    using wire = await Wire.open(app.url())
    wire.ask('POST /api/v1/users/login-pwd', ['Content-Type: application/json', ...headers], body)
    return await eventually(() => wire.status, { what: 'an answer' })
  }
  const chunk = `400\r\n${'x'.repeat(1_024)}\r\n`
  const chunked = 'Transfer-Encoding: chunked'
  expect(await ask([`Content-Length: ${limits.bodyBytesMax + 1}`], '{')).toBe(413)
  expect(await ask(['Content-Length: 999999999999'], '{')).toBe(413)
  expect(await ask([chunked], `${chunk.repeat(65)}0\r\n\r\n`)).toBe(413)
  // Past four times the bound nobody waits for the end.
  expect(await ask([chunked], chunk.repeat(300))).toBe(413)
  expect(await ask([chunked, 'Content-Length: 5'], '2\r\n{}\r\n0\r\n\r\n')).toBe(400)
  expect(await ask(['Content-Length: 2', 'Content-Length: 3'], '{}')).toBe(400)
  const waiting = await Promise.all(Array.from({ length: 200 }, () => Wire.open(app.url())))
  for (const [n, wire] of waiting.entries()) {
    if (n & 1) wire.write('POST /api/v1/users/login-pwd HTTP/1.1\r\nHost: x\r\nX-A: ')
    else wire.ask('POST /api/v1/users/login-pwd', ['Content-Length: 60000'], '{')
  }
  expect((await request(app.url(), 'GET', '/api/v1/ping')).code).toBe(0)
  for (const wire of waiting) wire[Symbol.dispose]()
})

test('27 Prosody CVE-2014-2744, xmppbomb: a compressed body is not unpacked', async () => {
  const bomb = Bun.gzipSync(Buffer.alloc(60_000_000, ' '))
  expect(bomb.length).toBeLessThan(limits.bodyBytesMax)
  const before = process.memoryUsage.rss()
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd']) {
    expect((await post(bomb, { 'content-encoding': encoding })).status).toBe(400)
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000)
})
