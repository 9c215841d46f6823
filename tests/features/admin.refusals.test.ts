// How the queue board refuses: in the envelope like every door, and with `error`, which its page shows.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { errors } from '../../src/protocol/errors.ts'
import { boardRoutes, makeAdmin, queueOf, visit, type Visit } from '../support/admin.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const board = '/admin/queues'

let app: Installation
let operator: Person
let viewer: Person
beforeAll(async () => {
  app = await install({ workers: false })
  ;({ operator, viewer } = await app.people('operator', 'viewer'))
  await makeAdmin(app, operator, 'operator')
  await makeAdmin(app, viewer, 'viewer')
})
afterAll(() => app[Symbol.asyncDispose]())

interface Refusal {
  readonly code: number
  readonly msg: string
  readonly data: { readonly trace_id?: string } | null
  readonly error: string
}

async function ask(method: string, path: string, more: Visit = {}) {
  const response = await visit(app, board + path, { method, token: operator.token, ...more })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  const body = isJson && text !== '' ? (JSON.parse(text) as Refusal) : undefined
  return { status: response.status, allow: response.headers.get('allow'), body, text }
}

const asset = '/static/images/logo.svg'

test('on every path and by every method a refusal is in the envelope, and 405 names methods', async () => {
  const known = [...new Set(boardRoutes('no-such-job').map(({ path }) => path.slice(board.length)))]
  const codes = new Set<number>(Object.values(errors).map(({ code }) => code))
  const refused: number[] = []
  for (const path of [...known, asset, '/nothing', '/api/nothing/at/all', '/static/nothing.js']) {
    for (const method of methods) {
      const what = `${method} ${path}`
      const { status, allow, body } = await ask(method, path)
      if (status < 400) continue
      refused.push(status)
      expect([what, status === 405]).toEqual([what, allow !== null])
      expect([what, allow?.split(', ').includes(method) ?? false]).toEqual([what, false])
      if (method === 'HEAD') continue
      expect([what, Object.keys(body ?? {})]).toEqual([what, ['code', 'msg', 'data', 'error']])
      expect([what, codes.has(body?.code ?? 0), body?.error !== '']).toEqual([what, true, true])
    }
  }
  expect([...new Set(refused)].toSorted()).toEqual([403, 404, 405])
  await ask('PUT', '/api/queues/resume')
})

test('a known address asked the wrong way says what it takes', async () => {
  const at = async (method: string, path: string) => {
    const { status, allow, body } = await ask(method, path)
    return [status, allow, body?.code]
  }
  expect(await at('PUT', '/queue/delivery')).toEqual([405, 'GET, HEAD', 4001])
  expect(await at('DELETE', '/')).toEqual([405, 'GET, HEAD', 4001])
  expect(await at('GET', '/api/queues/pause')).toEqual([405, 'PUT', 4001])
  expect(await at('POST', '/api/queues/delivery/empty')).toEqual([405, 'GET, HEAD, PUT', 4001])
  expect(await at('PUT', asset)).toEqual([405, 'GET, HEAD', 4001])
  expect(await at('PUT', '/nothing')).toEqual([404, null, 4004])
})

test("what the board says of its own things stands beside our words, in the reader's language", async () => {
  const chinese = { headers: { 'accept-language': 'zh' } }
  const missing = await ask('GET', '/api/queues/delivery/no-such-job')
  expect([missing.status, missing.body]).toMatchObject([
    404,
    { code: 4004, msg: 'There is nothing here.', data: null, error: 'Job not found' },
  ])
  const queue = await ask('GET', '/api/queues/no-such-queue/1', chinese)
  expect(queue.body).toMatchObject({ code: 4004, msg: '资源不存在。', error: 'Queue not found' })
  await queueOf(app, 'fanout').add(
    'page',
    { message: 1, conversation: 1, after: 0 },
    { jobId: 'w' },
  )
  const retry = await ask('PUT', '/api/queues/fanout/w/retry')
  expect([retry.status, retry.body]).toMatchObject([400, { code: 4001, data: null }])
  expect(retry.body?.error).toContain('cannot be retried')
  await queueOf(app, 'fanout').remove('w')
})

test('what our door refuses in front of the board has the word its page shows as well', async () => {
  const refused = await ask('PUT', '/api/queues/pause', { token: viewer.token })
  expect([refused.status, refused.body?.code]).toEqual([403, 4403])
  expect(refused.body?.error).toBe(refused.body?.msg as string)
  const gone = await ask('GET', '/api/queues', { token: undefined })
  expect([gone.status, gone.body?.error]).toEqual([401, gone.body?.msg])
  // Elsewhere nothing reads it.
  const ours = await visit(app, '/admin/nothing', { token: viewer.token })
  expect(Object.keys((await ours.json()) as object)).toEqual(['code', 'msg', 'data'])
})

test('a person who goes to where nothing is sees a page', async () => {
  const page = await ask('GET', '/nothing', { headers: { accept: 'text/html' } })
  expect(page.status).toBe(404)
  expect(page.text).toStartWith('<!doctype html>')
})

test('a board that fails shows a trace id, under which the log has the rest', async () => {
  const queue = queueOf(app, 'email')
  const { redis } = app.nodes[0]!.ctx
  const key = queue.toKey('no-hash')
  await redis.set(key, 'no hash')
  const failed = await ask('GET', '/api/queues/email/no-hash')
  expect([failed.status, failed.body?.code]).toEqual([500, 5000])
  expect(failed.body?.data?.trace_id).toMatch(/^[0-9a-f-]{36}$/)
  expect(failed.body?.error).toBe(failed.body?.msg as string)
  expect(JSON.stringify(failed.body)).not.toContain('WRONGTYPE')
  await redis.del(key)
})
