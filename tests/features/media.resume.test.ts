// Uploads that go on where they broke off, by tus 1.0.
import { connect } from 'node:net'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { limits } from '../../src/features/media/limits.ts'
import { forgetOld } from '../../workers/retention.ts'
import { eventually } from '../support/eventually.ts'
import { fetches, whenProcessed } from '../support/files.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { settingsOf, startS3Server, type S3Server } from '../support/s3-server.ts'

describe.each(['disk', 'S3'])('on %s', (place) => {
  let bucket: S3Server | null = null
  beforeAll(async () => {
    if (place === 'S3') bucket = await startS3Server()
  })
  afterAll(() => bucket?.[Symbol.asyncDispose]())
  let app: Installation
  let alice: Person
  let bob: Person
  beforeAll(async () => {
    app = await install({
      nodes: 2,
      workers: { queues: ['delivery', 'media'] },
      env: { MEDIA_FILE_MB: '20', ...settingsOf(bucket, 'redirect') },
    })
    ;({ alice, bob } = await app.people('alice', 'bob'))
  })
  afterAll(() => app[Symbol.asyncDispose]())

  const base = '/api/v1/media/tus'
  const text = (value: string) => Buffer.from(value).toString('base64')
  const sha256 = (value: string) => new Bun.CryptoHasher('sha256').update(value).digest('base64')

  function asks(
    person: Person,
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: BodyInit,
  ): Promise<Response> {
    return fetch(`${person.base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${person.token}`,
        'tus-resumable': '1.0.0',
        ...(method === 'PATCH' ? { 'content-type': 'application/offset+octet-stream' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
  }

  async function begins(person: Person, length: number, name = 'lake.txt'): Promise<string> {
    const headers = { 'upload-length': `${length}`, 'upload-metadata': `filename ${text(name)}` }
    const made = await asks(person, 'POST', base, headers)
    expect([made.status, made.headers.get('upload-offset')]).toEqual([201, '0'])
    const ends = Date.parse(made.headers.get('upload-expires')!) - Date.now()
    expect(Math.abs(ends - limits.media.unusedMs)).toBeLessThan(60_000)
    return made.headers.get('location')!
  }

  const offsetOf = async (person: Person, path: string) =>
    Number((await asks(person, 'HEAD', path)).headers.get('upload-offset'))

  test('a file comes in pieces, at any node, and is one at the end', async () => {
    const [larger, path] = [
      limits.media.pieceBytes + 5,
      await begins(alice, limits.media.pieceBytes + 10),
    ]
    const first = await asks(
      alice,
      'PATCH',
      path,
      { 'upload-offset': '0' },
      new Uint8Array(larger).fill(65),
    )
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, `${larger}`])
    expect(first.headers.get('media-id')).toBeNull()
    const again = await alice.again(app.url(1))
    const wrong = await asks(again, 'PATCH', path, { 'upload-offset': '3' }, 'BBBBB')
    expect(wrong.status).toBe(409)
    const last = await asks(again, 'PATCH', path, { 'upload-offset': `${larger}` }, 'BBBBB')
    const media_id = Number(last.headers.get('media-id'))
    expect([last.status, `${base}/${media_id}`]).toEqual([204, path])
    const { filename, size, mime } = await alice.does('media.get', { media_id })
    expect({ filename, size, mime }).toEqual({
      filename: 'lake.txt',
      size: larger + 5,
      mime: 'application/octet-stream',
    })
    expect(await (await fetches(alice, media_id)).text()).toBe('A'.repeat(larger) + 'BBBBB')
    expect(await offsetOf(alice, path)).toBe(size)
    expect((await app.nodes[0]!.ctx.storage.list('')).keys).toHaveLength(1)
  })

  test.skipIf(place === 'S3')('what had come when the line broke is kept', async () => {
    const path = await begins(alice, 1_000_000)
    const socket = connect(Number(new URL(alice.base).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(
      `PATCH ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${alice.token}\r\n` +
        'tus-resumable: 1.0.0\r\ncontent-type: application/offset+octet-stream\r\n' +
        `upload-offset: 0\r\ncontent-length: 1000000\r\n\r\n${'A'.repeat(300_000)}`,
    )
    const unfinished = `${app.config.media.dir}/.unfinished`
    await eventually(async () => (await readdir(unfinished)).length > 0, {
      what: 'the first bytes',
    })
    socket.destroy()
    const offset = await eventually(async () => (await offsetOf(alice, path)) || undefined, {
      what: 'what had come',
    })
    expect(offset).toBeLessThanOrEqual(300_000)
    const rest = 'B'.repeat(1_000_000 - offset)
    const last = await asks(alice, 'PATCH', path, { 'upload-offset': `${offset}` }, rest)
    expect([offset, last.status, await last.text()]).toEqual([offset, 204, ''])
    const media_id = Number(last.headers.get('media-id'))
    expect(await (await fetches(alice, media_id)).text()).toBe('A'.repeat(offset) + rest)
  })

  test.skipIf(place === 'disk')(
    'a link leads on to the bucket, for as long as it lives',
    async () => {
      const path = await begins(alice, 5, 'hello.txt')
      const last = await asks(alice, 'PATCH', path, { 'upload-offset': '0' }, 'hello')
      const { media_id } = await whenProcessed(alice, Number(last.headers.get('media-id')))
      const { url } = await alice.does('media.link', { media_id })
      const link = new URL(url, alice.base)
      const answer = await fetch(link, { redirect: 'manual' })
      const there = new URL(answer.headers.get('location')!)
      expect([answer.status, there.origin]).toEqual([307, bucket!.config.endpoint])
      expect(Number(there.searchParams.get('X-Amz-Expires'))).toBeWithin(30, 61)
      const part = await fetch(there, { headers: { range: 'bytes=1-3' } })
      expect([part.status, await part.text()]).toEqual([206, 'ell'])
      // The server of the tests does not say what it was asked to.
      const disposition = there.searchParams.get('response-content-disposition')
      expect(disposition).toStartWith('attachment; filename="hello.txt"')
      const head = await fetch(link, { method: 'HEAD', redirect: 'manual' })
      expect([head.status, head.headers.get('content-length')]).toEqual([200, '5'])
    },
  )

  test('a wrong digest keeps nothing, a right one all', async () => {
    const path = await begins(alice, 5)
    const go = (digest: string) =>
      asks(alice, 'PATCH', path, { 'upload-offset': '0', 'upload-checksum': digest }, 'hello')
    expect((await go(`sha256 ${sha256('other')}`)).status).toBe(460)
    expect((await go('crc32 AAAA')).status).toBe(400)
    expect(await offsetOf(alice, path)).toBe(0)
    expect((await go(`sha256 ${sha256('hello')}`)).status).toBe(204)
  })

  test('others find nothing, what is ended is gone, what is left goes after a day', async () => {
    const { storage } = app.nodes[0]!.ctx
    const before = (await storage.list('')).keys.length
    const [path, left] = [await begins(alice, 10), await begins(alice, 10)]
    for (const each of [path, left])
      await asks(alice, 'PATCH', each, { 'upload-offset': '0' }, 'half')
    for (const method of ['HEAD', 'PATCH', 'DELETE']) {
      expect(
        (
          await asks(
            bob,
            method,
            path,
            { 'upload-offset': '4' },
            method === 'PATCH' ? 'x' : undefined,
          )
        ).status,
      ).toBe(404)
    }
    const long = await asks(alice, 'PATCH', path, { 'upload-offset': '4' }, 'more than it has')
    expect(long.status).toBe(413)
    expect((await asks(alice, 'DELETE', path)).status).toBe(204)
    expect((await asks(alice, 'HEAD', path)).status).toBe(404)
    expect((await alice.does('media.usage')).bytes).toBeGreaterThanOrEqual(10)
    const later = new Date(Date.now() + limits.media.unusedMs + 60_000)
    await forgetOld(app.nodes[0]!.ctx, later, 'large')
    expect((await asks(alice, 'HEAD', left)).status).toBe(404)
    expect((await storage.list('')).keys.length).toBeLessThanOrEqual(before)
  })

  test('it says what it can, and what it cannot do', async () => {
    const able = await asks(alice, 'OPTIONS', base)
    expect(Object.fromEntries(able.headers)).toMatchObject({
      'tus-version': '1.0.0',
      'tus-extension': 'creation,termination,expiration,checksum',
      'tus-max-size': String(20 * 1_048_576),
      'tus-checksum-algorithm': 'sha1,sha256',
    })
    const status = async (headers: Record<string, string>) =>
      (await asks(alice, 'POST', base, headers)).status
    expect(await status({ 'upload-length': '5', 'tus-resumable': '0.2.2' })).toBe(412)
    expect(await status({})).toBe(400)
    expect(await status({ 'upload-length': `${21 * 1_048_576}` })).toBe(413)
    expect(await status({ 'upload-length': '5', authorization: 'Bearer no' })).toBe(401)
    const path = await begins(alice, 5)
    const json = { 'upload-offset': '0', 'content-type': 'application/json' }
    expect((await asks(alice, 'PATCH', path, json, '{}')).status).toBe(415)
  })
})
