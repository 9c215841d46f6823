// What never reaches our gate: Bun's server refuses it by itself. A newer Bun that does otherwise is
// seen here, and the table in docs/decisions/0010 follows.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Wire } from '../security/wire.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

test('what Bun refuses by itself is bare, as decision 0010 lists it', async () => {
  const host = 'Host: x\r\n'
  const post = `POST /api/v1/users/login-pwd HTTP/1.1\r\n${host}`
  const ping = '/api/v1/ping HTTP/1.1\r\n'
  const many = Array.from({ length: 300 }, (_, at) => `X-${at}: 1\r\n`).join('')
  const bare: [bytes: string, status: number][] = [
    [`OPTIONS * HTTP/1.1\r\n${host}\r\n`, 400],
    [`GET * HTTP/1.1\r\n${host}\r\n`, 400],
    [`GET ${ping}\r\n`, 400],
    [`GET ${ping}Host: a\x01b\r\n\r\n`, 400],
    [`GET ${ping}${host}no header: 1\r\n\r\n`, 400],
    [`${post}Content-Length: x\r\n\r\n`, 400],
    [`${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`, 400],
    [`${post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    [`GET ${ping}${host}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET ${ping}${host}${many}\r\n`, 431],
    [`GET /api/v1/ping HTTP/2.0\r\n${host}\r\n`, 505],
    [`BREW ${ping}${host}\r\n`, 0],
  ]
  const counted = async () => (await app.nodes[0]!.ctx.metrics.requests.get()).values.length
  expect(await counted()).toBe(0)
  for (const [bytes, status] of bare) {
    using wire = await Wire.open(app.url())
    wire.write(Buffer.from(bytes, 'latin1'))
    await eventually(() => wire.closed, { what: 'the end of the connection' })
    const { said } = wire
    const line = bytes.slice(0, 80)
    expect([
      line,
      Number(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1] ?? 0),
      said.includes('x-request-id'),
    ]).toEqual([line, status, false])
    expect([line, said.split('\r\n\r\n')[1] ?? '']).toEqual([line, ''])
  }
  expect(await counted()).toBe(0)
})
