// Files: what an upload answers, how its bytes are served, how many there may be, when they go.
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import sharp from 'sharp'
import { limits } from '../../src/features/media/limits.ts'
import { forgetOld } from '../../workers/retention.ts'
import { ShiftedClock } from '../support/clock.ts'
import { fetches, mayFetch, png, triesToUpload, uploads, whenProcessed } from '../support/files.ts'
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
  const clock = new ShiftedClock({ shorten: 0, to: 0 })
  beforeAll(async () => {
    const env = {
      MEDIA_FILE_MB: '2',
      MEDIA_QUOTA_MB: '5',
      MEDIA_DAILY_MB: '4',
      ...settingsOf(bucket),
    }
    app = await install({ workers: { queues: ['delivery', 'media'] }, clock, env })
    ;({ alice, bob } = await app.people('alice', 'bob'))
    await alice.befriends(bob)
  })
  afterAll(() => app[Symbol.asyncDispose]())

  const mebibyte = 1_048_576
  const ctx = () => app.nodes[0]!.ctx
  const stored = async () => (await ctx().storage.list('media/')).keys.length

  /** Bytes that no kind of file begins with. */
  const bytes = (length: number) => new Uint8Array(length).map((_, n) => 1 + (n % 7))

  test('an upload answers what it is, by its content', async () => {
    const sent = { name: 'My notes 鷸.txt', kind: 'image', type: 'text/html' } as const
    const answer = await triesToUpload(alice, png, sent)
    expect(answer).toMatchObject({ status: 200, code: 0 })
    const { media_id } = answer.data
    const { url, ...said } = await whenProcessed(alice, media_id)
    expect(said).toEqual({
      media_id,
      path: `/api/v1/media/${media_id}`,
      filename: 'My notes 鷸.txt',
      size: expect.any(Number),
      mime: 'image/png',
      width: 1,
      height: 1,
      thumbhash: expect.any(String),
    })
    const got = await alice.does('media.get', { media_id })
    expect({ ...got, url }).toEqual({ ...said, url })
    const response = await fetch(new URL(got.url, alice.base))
    // Not the one that came: an image is shown as we made it.
    const shown = await response.bytes()
    expect((await sharp(shown).metadata()).format).toBe('png')
    expect(shown.length).toBe(said.size)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(shown.length),
      'content-disposition':
        'inline; filename="My notes _.txt"; filename*=UTF-8\'\'My%20notes%20%E9%B7%B8.txt',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      'accept-ranges': 'bytes',
    })
    const plain = await triesToUpload(alice, 'just words', { kind: 'image' })
    expect([plain.status, plain.code, plain.data as unknown]).toMatchObject([
      422,
      4010,
      { field: 'file', reason: 'unknown_value' },
    ])
  })

  test('a form has a file in it, whole, and whoever sends it has a token', async () => {
    const before = await stored()
    const send = (body: BodyInit, headers: Record<string, string> = {}) =>
      fetch(`${alice.base}/api/v1/upload/file`, {
        method: 'POST',
        headers: { authorization: `Bearer ${alice.token}`, ...headers },
        body,
      })
    const form = new FormData()
    form.set('other', new File(['x'], 'x'))
    expect((await send(form)).status).toBe(422)
    expect((await send('{}', { 'content-type': 'application/json' })).status).toBe(400)
    const type = 'multipart/form-data; boundary=b'
    const begun = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf of'
    expect((await send(begun, { 'content-type': type })).status).toBe(400)
    expect((await send('no form', { 'content-type': type })).status).toBe(400)
    expect((await send(form, { authorization: 'Bearer no' })).status).toBe(401)
    expect((await triesToUpload(alice, '')).code).toBe(4010)
    expect(await stored()).toBe(before)
  })

  test('parts of a file, and what somebody has already', async () => {
    const { media_id } = await uploads(alice, 'abcdefghij')
    const whole = await fetches(alice, media_id)
    const etag = whole.headers.get('etag')!
    for (const [range, status, text, at] of [
      ['bytes=2-4', 206, 'cde', 'bytes 2-4/10'],
      ['bytes=7-', 206, 'hij', 'bytes 7-9/10'],
      ['bytes=7-99', 206, 'hij', 'bytes 7-9/10'],
      ['bytes=-4', 206, 'ghij', 'bytes 6-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-0', 416, '', 'bytes */10'],
      ['bytes=4-2', 200, 'abcdefghij', null],
      ['bytes=0-1,4-5', 200, 'abcdefghij', null],
      ['lines=1-2', 200, 'abcdefghij', null],
    ] as const) {
      const part = await fetches(alice, media_id, { range })
      const said = [range, part.status, await part.text(), part.headers.get('content-range')]
      expect(said).toEqual([range, status, text, at])
    }
    const same = await fetches(alice, media_id, { 'if-none-match': `"other", ${etag}` })
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag])
    expect((await fetches(alice, media_id, { 'if-none-match': '"other"' })).status).toBe(200)
    const part = { range: 'bytes=0-0' }
    expect((await fetches(alice, media_id, { ...part, 'if-range': etag })).status).toBe(206)
    expect((await fetches(alice, media_id, { ...part, 'if-range': '"older"' })).status).toBe(200)
    const { url } = await alice.does('media.link', { media_id })
    const head = await fetch(new URL(url, alice.base), { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      '10',
      '',
    ])
  })

  test('a link is for one viewer and one file, and for a minute', async () => {
    const [one, other] = [await uploads(alice, 'one'), await uploads(alice, 'other')]
    const { url, expires_at } = await alice.does('media.link', { media_id: one.media_id })
    const link = new URL(url, alice.base)
    expect(Date.parse(expires_at) - clock.now().getTime()).toBeLessThanOrEqual(60_000)
    const [{ id: bobs }] = await ctx().sql<[{ id: number }]>`
    select id from users where user_id = ${bob.userId}`
    const changed = (name: string, value: string) => {
      const different = new URL(link)
      different.searchParams.set(name, value)
      return different
    }
    const foreign = new URL(link)
    foreign.pathname = `${other.path}/file`
    const wrong = [
      foreign,
      changed('viewer', `${bobs}`),
      changed('until', `${Number(link.searchParams.get('until')) + 1}`),
      changed('signature', 'A'.repeat(43)),
      changed('signature', ''),
      new URL(`${one.path}/file`, alice.base),
    ]
    for (const each of wrong)
      expect([`${each}`, (await fetch(each)).status]).toEqual([`${each}`, 404])
    expect(await (await fetch(link)).text()).toBe('one')
    clock.ahead += 61_000
    expect((await fetch(link)).status).toBe(404)
    clock.ahead = 0
  })

  test('a file, a person and a day have a bound each; what is refused takes no room', async () => {
    const { carol } = await app.people('carol')
    const refusal = async (length: number) => {
      const { status, code, data } = await triesToUpload(carol, bytes(length))
      return [status, code, (data as { max?: number } | null)?.max]
    }
    expect(await refusal(2 * mebibyte + 1)).toEqual([413, 4013, 2 * mebibyte])
    // Both would fit alone; a form is a little longer than the file in it.
    const sizes = [1.9, 1.9, 1.9, 1.9].map((size) => triesToUpload(carol, bytes(size * mebibyte)))
    const codes = (await Promise.all(sizes)).map(({ code }) => code)
    expect(codes.toSorted()).toEqual([0, 0, 4029, 4029])
    const wait = await triesToUpload(carol, bytes(mebibyte))
    expect(Number(wait.headers.get('retry-after'))).toBeGreaterThan(86_000)
    const { sql } = ctx()
    await sql`update media set created_at = created_at - interval '2 days'
    where user_id = (select id from users where user_id = ${carol.userId})`
    expect(await refusal(1.5 * mebibyte)).toEqual([409, 4009, 5 * mebibyte])
    expect((await triesToUpload(carol, bytes(0.5 * mebibyte))).code).toBe(0)
    const two = 2 * Math.floor(1.9 * mebibyte) + 0.5 * mebibyte
    const usage = { bytes: two, files: 3, quota_bytes: 5 * mebibyte }
    expect(await carol.does('media.usage')).toEqual(usage)
  })

  test('nobody keeps what nothing uses, nor what is left of a person who is gone', async () => {
    const { dan, eve } = await app.people('dan', 'eve')
    await dan.befriends(eve)
    const forget = (ms: number) =>
      forgetOld(ctx(), new Date(clock.now().getTime() + ms), 'large').then(
        (gone) => gone['unused files'],
      )
    const { unusedMs, againMs } = limits.media
    await forget(unusedMs)
    const before = await stored()
    const names = ['said', 'taken back', 'posted', 'worn', 'loose', 'refused', 'later'] as const
    const files = {} as Record<(typeof names)[number], number>
    for (const name of names) files[name] = (await uploads(dan, name)).media_id
    const say = (media_id: number, more = {}) =>
      dan.says(eve, '', { message_type: 5, media_id, ...more })
    await say(files.said)
    const taken = await say(files['taken back'])
    await dan.does('moments.create', { media_ids: [files.posted] })
    await dan.does('accounts.updateMe', { avatar_media_id: files.worn })
    const nowhere = {
      to_user_id: alice.userId,
      message_type: 5,
      content: '',
      media_id: files.refused,
    }
    expect((await dan.tries('messages.send', nowhere)).code).toBe(4403)
    await dan.does('messages.schedule', {
      to_user_id: eve.userId,
      message_type: 5,
      content: '',
      media_id: files.later,
      send_at: new Date(Date.now() + 86_400_000 * 30).toISOString(),
    })
    expect(await forget(unusedMs - 60_000)).toBe(0)
    expect(await forget(unusedMs + 60_000)).toBe(2)
    expect([await mayFetch(dan, files.loose), await mayFetch(dan, files.refused)]).toEqual([
      false,
      false,
    ])
    await dan.does('messages.recall', { id: taken.id })
    expect(await forget(unusedMs + againMs + 120_000)).toBe(1)
    expect(await stored()).toBe(before + 4)
    expect(await mayFetch(eve, files.said)).toBe(true)
    const [{ id }] = await ctx().sql<[{ id: number }]>`
    select id from users where user_id = ${dan.userId}`
    const { media } = await import('../../src/features/media/feature.ts')
    expect(await media.custody.erase!(ctx().sql, id, 3)).toBe(3)
    expect(await media.custody.erase!(ctx().sql, id, 100)).toBe(1)
    expect(await mayFetch(eve, files.said)).toBe(false)
    expect(await forget(0)).toBe(4)
    expect(await stored()).toBe(before)
    if (!bucket) expect(await readdir(`${app.config.media.dir}/.unfinished`)).toEqual([])
    expect(bucket?.unfinished.size ?? 0).toBe(0)
  })
})
