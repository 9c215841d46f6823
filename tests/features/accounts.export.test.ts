// The data export: complete, as its published schema says, mailed to its owner, fetched once.
import Ajv2020 from 'ajv/dist/2020'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { exportFiles, exportSchema } from '../../src/protocol/export.ts'
import { FiringClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { uploads } from '../support/files.ts'
import { install, type Installation } from '../support/installation.ts'
import { mailsTo, mailText, newCode, proved } from '../support/owners.ts'
import { request, type Person } from '../support/people.ts'

let app: Installation
const clock = new FiringClock()
beforeAll(async () => {
  app = await install({ nodes: 2, clock, env: { PUBLIC_URL: 'https://chat.example.com/' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const ready = /^Your data is ready/
const sql = () => app.nodes[0]!.ctx.sql

async function linkOf(person: Person, mails = 1): Promise<string> {
  await eventually(() => mailsTo(app, person.email, ready).length >= mails, { what: 'the link' })
  const text = (await mailText(app, person.email, ready)).replaceAll(/\s+/g, ' ')
  const path = /https:\/\/chat\.example\.com(\/api\/v1\/exports\/[\w-]{43})(?![\w-])/.exec(
    text,
  )?.[1]
  return path!
}

async function fetchLink(path: string, node = 0): Promise<Response> {
  return fetch(`${app.url(node)}${path}`)
}

async function unzip(response: Response): Promise<Record<string, unknown>> {
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()))
  const read = (name: string, bytes: Uint8Array) =>
    name.startsWith('media/') ? bytes : JSON.parse(new TextDecoder().decode(bytes))
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, read(name, bytes)]))
}

describe('what is in it', () => {
  test('everything somebody has, each file as the schema in it says', async () => {
    const alice = await proved(app, 'alice')
    const { bob, carol } = await app.signUp('bob', 'carol')
    const conversation = await alice.befriends(bob)
    const others = await bob.befriends(carol)
    await carol.says(bob, 'not for alice')
    const mine = await alice.says(bob, 'from em')
    await alice.does('messages.edit', { id: mine.id, content: 'from me' })
    const theirs = await bob.says(alice, 'of bob before')
    await bob.does('messages.edit', { id: theirs.id, content: 'to me 鷸' })
    const taken = await alice.says(bob, 'taken back')
    await alice.does('messages.recall', { id: taken.id })
    const kept = await alice.does('favorites.add', { message_id: taken.id })
    await carol.does('friends.sendRequest', { to_user_id: alice.userId, message: 'it is me' })
    await sql()`insert into blocks (user_id, blocked_id)
      select a.id, b.id from users a, users b
      where a.user_id = ${alice.userId} and b.user_id = ${carol.userId}`
    await alice.does('push.subscribe', {
      endpoint: 'https://push.example.net/send/abc',
      keys: {
        p256dh:
          'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    })
    const post = await alice.does('moments.create', { content: 'my moment' })
    await alice.does('moments.like', { id: post.id })
    await alice.does('moments.comment', { id: post.id, content: 'my own comment' })
    expect((await alice.does('accounts.export')).message).toBe('export started')
    const response = await fetchLink(await linkOf(alice))
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="curlew-export.zip"',
      'cache-control': 'no-store',
    })
    const files = await unzip(response)
    const names = Object.keys(exportFiles).map((name) => `${name}.json`)
    expect(Object.keys(files).toSorted()).toEqual(['schema.json', ...names].toSorted())
    expect(files['schema.json']).toEqual(JSON.parse(JSON.stringify(exportSchema)))

    const ajv = new Ajv2020({ strict: false })
    for (const [name, schema] of Object.entries(exportFiles)) {
      const check = ajv.compile(schema)
      check(files[`${name}.json`])
      expect(check.errors, name).toBeNull()
    }
    const whole = Object.fromEntries(
      Object.keys(exportFiles).map((name) => [name, files[`${name}.json`]]),
    )
    const checkAll = ajv.compile(files['schema.json'] as object)
    checkAll(whole)
    expect(checkAll.errors).toBeNull()

    expect(whole['profile']).toMatchObject({ user_id: alice.userId, email: alice.email })
    expect(whole['sessions']).toContainEqual(expect.objectContaining({ id: alice.sessionId }))
    expect(whole['friends']).toEqual([expect.objectContaining({ friend_id: bob.userId })])
    expect(whole['friend_requests']).toContainEqual(
      expect.objectContaining({ from_user_id: carol.userId, message: 'it is me', status: 0 }),
    )
    expect(whole['blocks']).toEqual([expect.objectContaining({ blocked_user_id: carol.userId })])
    expect(whole['conversations']).toEqual([
      expect.objectContaining({ id: conversation, kind: 'direct', peer_user_id: bob.userId }),
    ])
    const said = whole['messages'] as { seq: number; content: string; from_user_id: string }[]
    expect(said.map((each) => [each.seq, each.from_user_id, each.content])).toEqual([
      [1, alice.userId, 'from me'],
      [2, bob.userId, 'to me 鷸'],
      [3, alice.userId, ''],
    ])
    expect(whole['message_revisions']).toEqual([
      { message_id: mine.id, n: 1, content: 'from em', said_at: mine.created_at },
    ])
    expect(whole['favorites']).toEqual([
      expect.objectContaining({ id: kept.id, message_id: taken.id, seq: 3 }),
    ])
    expect(whole['push_subscriptions']).toEqual([
      expect.objectContaining({ endpoint: 'https://push.example.net/send/abc' }),
    ])
    expect(whole['moments']).toEqual([expect.objectContaining({ content: 'my moment' })])
    expect(whole['moment_likes']).toEqual([expect.objectContaining({ moment_id: post.id })])
    expect(whole['moment_comments']).toEqual([
      expect.objectContaining({ moment_id: post.id, content: 'my own comment' }),
    ])
    const text = JSON.stringify(whole)
    for (const foreign of [
      'not for alice',
      'of bob before',
      bob.email,
      'argon2',
      `"conversation_id":${others}`,
    ]) {
      expect(text).not.toContain(foreign)
    }
  })

  test('the files themselves are behind what is said of them: those that are there', async () => {
    const alice = await proved(app, 'alice')
    const { bob } = await app.signUp('bob')
    await uploads(bob)
    const large = new Uint8Array(300_000).map((_, at) => (at * 31 + (at >> 8)) % 251)
    const kept = await uploads(alice, large, { name: 'lake 鷸.bin' })
    const gone = await uploads(alice, 'gone')
    await alice.does('accounts.export')
    const link = await linkOf(alice)
    // Of what came since the bytes are there, of what went they are not.
    const since = await uploads(alice, 'since', { name: 'since.txt' })
    const [row] = await sql()`select key from media where id = ${gone.media_id}`
    await app.nodes[0]!.ctx.storage.remove([row!['key']])
    const files = await unzip(await fetchLink(link, 1))
    const listed = files['media.json'] as { id: number }[]
    expect(listed.map(({ id }) => id)).toEqual([kept.media_id, gone.media_id])
    const names = Object.keys(files).filter((name) => name.startsWith('media/'))
    expect(names).toEqual([
      `media/${kept.media_id}/lake 鷸.bin`,
      `media/${since.media_id}/since.txt`,
    ])
    expect(files[names[0]!]).toEqual(large)
    expect(files[names[1]!]).toEqual(new TextEncoder().encode('since'))
  })

  test('a long history comes whole, in pieces and over many pages', async () => {
    const alice = await proved(app, 'alice')
    const { bob } = await app.signUp('bob')
    const conversation = await alice.befriends(bob)
    const count = 2 * limits.export.pageRows + 1
    // Random ids hardly compress: the ZIP needs more than one piece.
    await sql()`
      with said as (
        insert into messages (conversation_id, seq, sender_id, client_msg_id, digest, message_type,
          content)
        select ${conversation}, n, u.id, gen_random_uuid(), 0, 1,
          ${sql().unsafe(Array(20).fill('gen_random_uuid()::text').join(' || '))}
        from generate_series(1, ${count}) n, users u where u.user_id = ${alice.userId}
        returning seq)
      update conversations set last_seq = (select max(seq) from said) where id = ${conversation}`
    await alice.does('accounts.export')
    const link = await linkOf(alice)
    const [stored] = await sql()`
      select count(*), max(length(bytes)) as longest from export_chunks c
      where exists (select from exports e join users u on u.id = e.user_id
        where e.id = c.export_id and u.user_id = ${alice.userId})`
    expect(stored!['count']).toBeGreaterThan(1)
    expect(stored!['longest']).toBe(limits.export.chunkBytes)
    const files = await unzip(await fetchLink(link))
    const seqs = (files['messages.json'] as { seq: number }[]).map((each) => each.seq)
    expect(seqs).toEqual(Array.from({ length: count }, (_, n) => n + 1))
  })
})

describe('asking for it', () => {
  test('one at a time per person, and only to an address that was proved', async () => {
    const { mallory } = await app.signUp('mallory')
    const refused = await mallory.tries('accounts.export')
    expect([refused.status, refused.code]).toEqual([403, 4403])
    const alice = await proved(app, 'alice')
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => alice.tries('accounts.export')),
    )
    // One may end before the last is asked for; never do two run at once.
    const codes = new Set(answers.map((each) => each.code))
    expect(codes).toEqual(new Set([0, 4009]))
    await linkOf(alice)
  })

  test('the token stands nowhere: not in the database, not in a job', async () => {
    const alice = await proved(app, 'alice')
    await alice.does('accounts.export')
    const token = (await linkOf(alice)).split('/').at(-1)!
    const tables = await sql()`select row_to_json(e)::text as text from exports e`
    const outbox = await sql()`select row_to_json(o)::text as text from outbox o`
    for (const { text } of [...tables, ...outbox] as unknown as { text: string }[]) {
      expect(text).not.toContain(token)
    }
    const { redis, config } = app.nodes[0]!.ctx
    const keys = await redis.keys(`*${config.redisPrefix}*`)
    for (const key of keys) {
      if ((await redis.type(key)) !== 'hash') continue
      expect(JSON.stringify(await redis.hgetall(key))).not.toContain(token)
    }
  })
})

describe('the link', () => {
  test('works for one of twenty at once; then it is as unknown as any other', async () => {
    const alice = await proved(app, 'alice')
    await alice.does('accounts.export')
    const link = await linkOf(alice)
    expect((await fetch(`${app.url()}${link}`, { method: 'HEAD' })).status).toBe(404)
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => fetchLink(link, n % 2)))
    const given = answers.filter((each) => each.status === 200)
    expect(given).toHaveLength(1)
    expect(Object.keys(await unzip(given[0]!))).toContain('profile.json')

    await alice.does('accounts.export')
    const late = await linkOf(alice, 2)
    await sql()`update exports set expires_at = now() where used_at is null`
    const unknown = `/api/v1/exports/${'x'.repeat(43)}`
    const refusals = await Promise.all(
      [link, late, unknown, '/api/v1/exports/x'].map((path) => request(app.url(), 'GET', path)),
    )
    for (const each of refusals) expect([each.status, each.code]).toEqual([404, 4004])
    expect(new Set(refusals.map((each) => each.msg)).size).toBe(1)
  })

  test('a new export ends the link of the one before', async () => {
    const alice = await proved(app, 'alice')
    await alice.does('accounts.export')
    const first = await linkOf(alice)
    await alice.does('accounts.export')
    const second = await linkOf(alice, 2)
    expect((await fetchLink(first)).status).toBe(404)
    expect((await fetchLink(second)).status).toBe(200)
  })

  test('what nobody can fetch any more is swept away', async () => {
    const alice = await proved(app, 'alice')
    await alice.does('accounts.export')
    await linkOf(alice)
    await sql()`update exports set expires_at = now() - interval '1 day',
      used_at = used_at - interval '1 day'`
    await eventually(
      async () => {
        clock.fire(limits.outbox.sweepMs)
        const [row] = await sql()`select
          (select count(*) from exports) + (select count(*) from export_chunks) as left`
        return row!['left'] === 0
      },
      { within: 30_000 },
    )
  })
})

test('a job that Redis lost is found again, and what was half built does not count', async () => {
  const alice = await proved(app, 'alice')
  const [row] = await sql()<{ id: number }[]>`
    insert into exports (user_id, created_at, build)
    select id, now(), 1 from users where user_id = ${alice.userId} returning id`
  await sql()`insert into export_chunks values (${row!.id}, 1, 0, 'half of something')`
  const busy = await alice.tries('accounts.export')
  expect([busy.status, busy.code]).toEqual([409, 4009])
  await eventually(
    () => {
      clock.fire(limits.outbox.sweepMs)
      return mailsTo(app, alice.email, ready).length === 1
    },
    { within: 30_000, what: 'the export' },
  )
  const files = await unzip(await fetchLink(await linkOf(alice)))
  expect(files['profile.json']).toMatchObject({ user_id: alice.userId })
  await newCode(app, alice.email)
  expect(mailsTo(app, alice.email, ready)).toHaveLength(1)
})
