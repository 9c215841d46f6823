// From an upload to a file that others see: nothing of a camera reaches them, and no file waits for ever.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import sharp from 'sharp'
import { limits } from '../../src/features/media/limits.ts'
import { linkFor } from '../../src/features/media/links.ts'
import { media } from '../../src/features/media/feature.ts'
import { queuePrefix } from '../../src/infra/queues.bullmq.ts'
import { queueOf } from '../support/admin.ts'
import { bytesIn } from '../support/bytes.ts'
import { clamd, startClamd, virus } from '../support/clamd.ts'
import { ShiftedClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { fetches, triesToUpload, uploads } from '../support/files.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { gifOf, photo } from '../support/pictures.ts'

let app: Installation
let alice: Person
let bob: Person
let carol: Person
const scanner = startClamd()
const clock = new ShiftedClock({ shorten: 0, to: 0 })
beforeAll(async () => {
  const env = { CLAMD: `127.0.0.1:${scanner.port}` }
  app = await install({ workers: { queues: ['delivery', 'media'] }, clock, env })
  ;({ alice, bob, carol } = await app.people('alice', 'bob', 'carol'))
  await alice.befriends(bob)
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  scanner[Symbol.dispose]()
})

const ctx = () => app.nodes[0]!.ctx
const queue = () => queueOf(app, 'media')

/** The file whose bytes are there and that nobody has looked at yet. */
const waiting = () =>
  eventually(
    async () => {
      const [row] = await ctx().sql<{ id: number }[]>`
        select id from media where state = 'processing' order by id desc limit 1`
      return row?.id
    },
    { what: 'a file that waits' },
  )

const idOf = async ({ userId }: Person) => {
  const [row] = await ctx().sql<[{ id: number }]>`select id from users where user_id = ${userId}`
  return row.id
}

async function stored(media_id: number): Promise<Map<string, Buffer>> {
  const [{ key }] = await ctx().sql<[{ key: string }]>`select key from media where id = ${media_id}`
  const { keys } = await ctx().storage.list(key.replace(/_whole$/, ''))
  const all = new Map<string, Buffer>()
  for (const each of keys) {
    all.set(each, Buffer.from(await bytesIn((await ctx().storage.get(each))!.body)))
  }
  return all
}

test('nobody has a byte of a photo before nothing of its camera is left in it', async () => {
  const bytes = await photo()
  expect(bytes.includes('Heron Phones')).toBe(true)
  await queue().pause()
  const answer = uploads(alice, bytes as never, { name: 'home.jpg', kind: 'image' })
  const media_id = await waiting()
  // It may be said before it can be seen.
  await alice.says(bob, '', { message_type: 2, media_id })
  for (const person of [alice, bob]) {
    const link = await person.tries('media.link', { media_id })
    expect([link.status, link.code, link.headers.get('retry-after')]).toEqual([409, 4009, '1'])
    const { url } = linkFor(ctx(), media_id, await idOf(person))
    for (const size of ['', '&size=small']) {
      const early = await fetch(new URL(url + size, person.base))
      expect([early.status, early.headers.get('retry-after')]).toEqual([409, '1'])
    }
    expect(await person.does('media.get', { media_id })).toMatchObject({ state: 'processing' })
  }
  expect((await carol.tries('media.link', { media_id })).status).toBe(404)
  await queue().resume()
  const { size, ...shown } = await answer
  expect(shown).toMatchObject({ media_id, mime: 'image/jpeg', width: 20, height: 40 })
  expect(shown.thumbhash).toBeString()

  const tags = new Set<string | null>()
  for (const [picture, format] of [
    [undefined, 'jpeg'],
    ['large', 'webp'],
    ['small', 'webp'],
  ] as const) {
    const got = await fetches(bob, media_id, {}, picture)
    const said = Object.fromEntries(got.headers)
    const body = Buffer.from(await got.bytes())
    expect(said).toMatchObject({
      'content-type': `image/${format}`,
      'content-length': String(body.length),
      'content-disposition': expect.stringMatching(/^inline; filename="home.jpg"/),
    })
    if (picture === undefined) expect(body.length).toBe(size)
    tags.add(got.headers.get('etag'))
    const about = await sharp(body).metadata()
    expect([about.format, about.width, about.exif, about.xmp]).toEqual([
      format,
      20,
      undefined,
      undefined,
    ])
  }
  expect(tags.size).toBe(3)
  const kept = await stored(media_id)
  expect(kept.size).toBe(3)
  for (const each of kept.values()) {
    for (const word of ['Heron', 'Exif', 'where I live']) expect(each.includes(word)).toBe(false)
  }
  const sum = [...kept.values()].reduce((total, each) => total + each.length, 0)
  expect(await alice.does('media.usage')).toMatchObject({ bytes: sum, files: 1 })
  const { url } = await bob.does('media.link', { media_id })
  expect((await fetch(new URL(`${url}&size=huge`, bob.base))).status).toBe(404)
})

test('a file whose job is lost gets another; one over which workers die is refused', async () => {
  const { redis, config } = ctx()
  await queue().pause()
  const answer = uploads(alice, 'lost')
  await waiting()
  const keys = await redis.keys(`${queuePrefix(config.redisPrefix)}:media:*`)
  await redis.del(...keys)
  await media.recover!(ctx())
  clock.ahead += limits.media.processing.firstMs + 1_000
  await media.recover!(ctx())
  expect((await fetches(alice, (await answer).media_id)).status).toBe(200)
  clock.ahead = 0

  await queue().pause()
  const next = triesToUpload(alice, 'deadly')
  const id = await waiting()
  await ctx().sql`
    update media set attempts = ${limits.media.processing.attemptsMax} where id = ${id}`
  await queue().resume()
  expect(await next).toMatchObject({ status: 403, code: 4403, data: { field: 'file' } })
  expect(await stored(id)).toEqual(new Map())
})

test('a worker that died before the last step: the next one takes it', async () => {
  const { media_id } = await uploads(alice, gifOf(3) as never)
  const { sql } = ctx()
  // What was sent is there still, and what stands in for it as well.
  const [{ key }] = await sql<[{ key: string }]>`
    update media set state = 'processing', process_at = 'epoch' where id = ${media_id} returning key`
  const sent = key.replace(/_whole$/, '')
  await ctx().storage.put(sent, new Blob(['sent']).stream(), { mime: 'image/gif' })
  await media.recover!(ctx())
  await eventually(async () => (await fetches(alice, media_id)).status === 200, {
    what: 'the file',
  })
  expect(await ctx().storage.stat(sent)).toBeNull()
})

test('a virus is nobody’s to have; a scanner that is away is asked again', async () => {
  const before = await alice.does('media.usage')
  const infected = await triesToUpload(alice, new Uint8Array(virus), { name: 'game.exe' })
  expect(infected).toMatchObject({ status: 403, code: 4403, data: { field: 'file' } })
  expect((await alice.does('media.usage')).bytes).toBe(before.bytes)
  const [{ id, refusal }] = await ctx().sql<[{ id: number; refusal: string }]>`
    select id, refusal from media order by id desc limit 1`
  expect([refusal, await stored(id)]).toEqual(['virus', new Map()])
  expect(await alice.does('media.get', { media_id: id })).toMatchObject({ state: 'refused' })
  expect((await alice.tries('media.link', { media_id: id })).status).toBe(404)
  const said = { to_user_id: bob.userId, message_type: 5, content: '', media_id: id }
  expect((await alice.tries('messages.send', said)).status).toBe(404)

  scanner.behave = (socket) => {
    scanner.behave = clamd
    socket.end()
  }
  const { media_id } = await uploads(alice, 'innocent')
  expect((await fetches(alice, media_id)).status).toBe(200)
  const [row] = await ctx().sql<[{ attempts: number }]>`
    select attempts from media where id = ${media_id}`
  expect(row.attempts).toBe(1)
})

test('who is erased while a file of theirs is worked on leaves nothing of it', async () => {
  const { dan } = await app.people('dan')
  const { storage, sql } = ctx()
  scanner.behave = (socket, file, ended) => {
    if (!ended) return
    // In the middle of the work.
    void idOf(dan)
      .then((id) => media.custody.erase!(sql, id, 100))
      .then(() => sql`delete from media where user_id is null`)
      .then(() => clamd(socket, file, ended))
  }
  const before = (await storage.list('media/')).keys
  const answer = await triesToUpload(dan, (await photo()) as never)
  scanner.behave = clamd
  expect(answer.status).toBe(404)
  await eventually(async () => (await storage.list('media/')).keys.length === before.length, {
    what: 'an empty place',
  })
})
