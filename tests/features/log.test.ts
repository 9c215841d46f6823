// What a process writes about requests and accounts, line by line.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { loginCookie, makeAdmin } from '../support/admin.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { password, Person } from '../support/people.ts'
import { startProgram, type Program } from '../security/process.ts'

let app: Installation
let api: Program
let quiet: Program
beforeAll(async () => {
  app = await install({ env: { LOG_LEVEL: 'silent' } })
  ;[api, quiet] = await Promise.all([
    startProgram(app, 'api', { LOG_LEVEL: 'info' }),
    startProgram(app, 'api', { LOG_LEVEL: 'info', ACCESS_LOG: 'off' }),
  ])
})
afterAll(async () => {
  for (const each of [api, quiet, app]) await each[Symbol.asyncDispose]()
})

type Line = Record<string, unknown>
const lines = (program: Program) =>
  program.said
    .split('\n')
    .filter((each) => each.startsWith('{') && each.endsWith('}'))
    .map((each) => JSON.parse(each) as Line)

/** The line of a program that fits, once it is there. */
const lineOf = (program: Program, wanted: Line) =>
  eventually(
    () =>
      lines(program).find((line) => Object.entries(wanted).every(([key, is]) => line[key] === is)),
    { what: `a line with ${JSON.stringify(wanted)}` },
  )

const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(api.url + path, { method, headers, redirect: 'manual' })
  return { status: response.status, id: response.headers.get('x-request-id') as string }
}

test('every request has an id, in its answer and in one line', async () => {
  const alice = await Person.signUp(api.url, 'alice')
  const bearer = { authorization: `Bearer ${alice.token}` }
  const cases = [
    [await ask('/api/v1/ping?x=1'), 200, '/api/v1/ping', 'accounts.ping'],
    [await ask('/api/v1/users/me', bearer), 200, '/api/v1/users/me', 'accounts.me'],
    [await ask('/api/v1/users/me'), 401, '/api/v1/users/me', 'accounts.me'],
    [await ask('/nothing?token=x'), 404, '/nothing', 'none'],
    [await ask('/docs'), 200, '/docs', 'docs'],
    [await ask('/admin'), 401, '/admin', 'admin'],
    [await ask('/healthz'), 200, '/healthz', 'healthz'],
    [await ask('/api/v1/exports/secret/x'), 404, '/api/v1/exports/…', 'none'],
    [await ask(`/join/${'s'.repeat(22)}`), 200, '/join/…', 'join'],
    [await ask(`/unsubscribe/${'s'.repeat(22)}`), 404, '/unsubscribe/…', 'none'],
  ] as const
  expect(new Set(cases.map(([{ id }]) => id)).size).toBe(cases.length)
  for (const [{ id, status }, wanted, path, operation] of cases) {
    expect([path, status]).toEqual([path, wanted])
    const line = await lineOf(api, { request: id })
    expect(line).toMatchObject({ level: 'info', msg: 'a request', method: 'GET', path, status })
    expect(line['operation']).toBe(operation)
    expect(line['ms']).toBeNumber()
    expect(line['address']).toBe('127.0.0.1')
    expect(lines(api).filter((each) => each['request'] === id)).toHaveLength(1)
  }
  const me = await lineOf(api, { request: cases[1][0].id })
  expect(me['user']).toBeNumber()
  expect(api.said).not.toContain('alice')
})

test('an id from outside is taken over when it is well formed, and only then', async () => {
  const given = 'Root=1-67891233-abcdef012345678912345678'
  expect((await ask('/api/v1/ping', { 'x-request-id': given })).id).toBe(given)
  await lineOf(api, { request: given })
  for (const bad of ['', 'a b', '{"a":1}', 'x'.repeat(129), 'é', '<script>']) {
    const { id } = await ask('/api/v1/ping', { 'x-request-id': bad })
    expect([bad, id]).toEqual([bad, expect.stringMatching(/^[0-9a-f-]{36}$/)])
  }
})

test('an unexpected error is found by the id of its request', async () => {
  const zoe = await Person.signUp(api.url, 'zoe')
  const { sql } = app.nodes[0]!.ctx
  await sql`alter table friends rename to friends_away`
  const headers = { authorization: `Bearer ${zoe.token}` }
  const { id, status } = await ask('/api/v1/friends/list', headers)
  await sql`alter table friends_away rename to friends`
  expect(status).toBe(500)
  const line = await lineOf(api, { request: id, level: 'error' })
  expect(line).toMatchObject({ operation: 'friends.list', traceId: expect.any(String) })
})

test('an upload that is broken off says so in its line', async () => {
  const abort = new AbortController()
  let sent = false
  const body = new ReadableStream({
    async pull(stream) {
      if (sent) return new Promise(() => {})
      sent = true
      stream.enqueue(new TextEncoder().encode('{"email":'))
    },
  })
  const headers = { 'content-type': 'application/json', 'x-request-id': 'broken-off' }
  const asked = fetch(`${api.url}/api/v1/users/login-pwd`, {
    method: 'POST',
    body,
    headers,
    signal: abort.signal,
  }).catch(() => null)
  await eventually(() => sent, { what: 'a first piece' })
  abort.abort()
  await asked
  expect(await lineOf(api, { request: 'broken-off' })).toMatchObject({ status: 'aborted' })
})

test('ACCESS_LOG=off leaves requests out, and nothing else', async () => {
  const response = await fetch(`${quiet.url}/api/v1/ping`)
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  const bob = await Person.signUp(quiet.url, 'bob')
  expect(bob.token).toBeString()
  await lineOf(quiet, { event: 'account.registered', level: 'info' })
  expect(lines(quiet).filter(({ msg }) => msg === 'a request')).toEqual([])
})

test('what happens to accounts stands in the log, with numbers and without names', async () => {
  const [eve, max] = [await Person.signUp(api.url, 'eve'), await Person.signUp(api.url, 'max')]
  const numberOf = async ({ userId }: Person) => {
    const [row] = await app.nodes[0]!.ctx.sql`select id from users where user_id = ${userId}`
    return Number(row?.['id'])
  }
  const user = await numberOf(eve)
  await lineOf(api, { event: 'account.registered', user })
  await makeAdmin(app, max, 'operator')
  await loginCookie({ url: () => api.url } as never, max)
  await lineOf(api, { event: 'admin.signed_in', user: await numberOf(max) })
  await eve.does('accounts.deleteMe', { password })
  await lineOf(api, { event: 'account.deletion_scheduled', user })
  await eve.again(api.url)
  await lineOf(api, { event: 'account.deletion_cancelled', user })
  const cli = async (verb: string) => {
    const child = Bun.spawn(
      [process.execPath, 'src/cli.ts', 'user', verb, '--user-id', eve.userId],
      {
        env: { ...process.env, ...app.env, LOG_LEVEL: 'info' },
        stdout: 'pipe',
        stderr: 'pipe',
      },
    )
    expect(await new Response(child.stdout).text()).toBe(`${eve.userId} is ${verb}d.\n`)
    return await new Response(child.stderr).text()
  }
  expect(await cli('disable')).toContain(`"event":"account.disabled","user":${user}`)
  expect(await cli('enable')).toContain(`"event":"account.enabled","user":${user}`)
  const events = lines(api).filter((line) => line['event'] !== undefined)
  for (const { userId, email } of [eve, max]) {
    const text = JSON.stringify(events)
    expect([text.includes(userId), text.includes(email)]).toEqual([false, false])
  }
})
