// The board shows no word of anybody's, wherever in a job it stands.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Worker, type Job, type Queue } from 'bullmq'
import {
  redactJob,
  redactReason,
  redactStack,
  redactValue,
} from '../../src/features/admin/redaction.ts'
import { queuePrefix } from '../../src/infra/queues.bullmq.ts'
import { connectRedis } from '../../src/infra/redis.ts'
import { handlers } from '../../workers/handlers.ts'
import { boardRoutes, makeAdmin, queueOf, visit } from '../support/admin.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

const word = 'Heliotrope'

let app: Installation
let operator: Person
let viewer: Person
let queue: Queue
beforeAll(async () => {
  app = await install({ workers: false })
  ;({ operator, viewer } = await app.signUp('operator', 'viewer'))
  await makeAdmin(app, operator, 'operator')
  await makeAdmin(app, viewer, 'viewer')
  queue = queueOf(app, 'delivery')
  // Without what signing up has left there.
  await queue.obliterate({ force: true })
  await queue.add('messages', talk(), { jobId: 'talk-1', attempts: 1 })
  await queue.add('messages', talk(), { jobId: 'talk-2', removeOnComplete: { count: 9 } })
  await queue.add('messages', talk(), { jobId: 'talk-3', delay: 3_600_000 })
  await queue.add(word, talk(), { jobId: 'talk-4', attempts: 1, deduplication: { id: word } })
  await run()
})
afterAll(() => app[Symbol.asyncDispose]())

function talk() {
  const frame = JSON.stringify({ type: 'message', data: { content: `say ${word}` } })
  return {
    outbox: 7,
    at: 1,
    items: [[1, 2, 3, 4, word, 5, 6]],
    frames: `${frame}\n${frame}`,
    [`say ${word}`]: word,
    nested: { deeper: [{ content: word, email: 'ada@example.com' }] },
  }
}

/** Works the jobs off and lets the word slip wherever a handler could. */
async function run(): Promise<void> {
  const connection = connectRedis(app.config.redisUrl, 'work', app.nodes[0]!.ctx.log)
  const worker = new Worker('delivery', spill, {
    connection,
    prefix: queuePrefix(app.config.redisPrefix),
  })
  await eventually(async () => (await queue.getFailedCount()) === 2, { what: 'two failed' })
  await eventually(async () => (await queue.getCompletedCount()) === 1, { what: 'one done' })
  await worker.close()
  connection.disconnect()
}

async function spill(job: Job): Promise<unknown> {
  await job.log(`delivering ${word}`)
  await job.updateProgress({ said: word, done: 1 })
  if (job.id === 'talk-2') return { said: word }
  throw new Error(`invalid input "${word}"\n    at ${word} (/srv/${word}.ts:1:2)`, {
    cause: new Error(word),
  })
}

test('no answer of any route the board has shows it, to either role', async () => {
  const states = ['latest', 'failed', 'completed', 'delayed', 'waiting', 'active', 'paused']
  const lists = states.map(
    (state) => `/admin/queues/api/queues?activeQueue=delivery&status=${state}&page=1`,
  )
  const jobs = ['talk-1', 'talk-2', 'talk-3', 'talk-4']
  const paths = jobs.flatMap((job) =>
    boardRoutes(job).flatMap(({ method, path }) => (method === 'GET' ? [path] : [])),
  )
  let shown = 0
  for (const { token } of [operator, viewer]) {
    for (const path of [...lists, ...paths]) {
      const answer = await visit(app, path, { token })
      const text = await answer.text()
      expect([path, answer.status]).toEqual([path, 200])
      expect([path, text.toLowerCase().includes(word.toLowerCase())]).toEqual([path, false])
      if (text.includes('[2 frames hidden]')) shown++
    }
  }
  // Had the jobs not been there, nothing could have been found in them.
  expect(shown).toBeGreaterThanOrEqual(2 * jobs.length)
})

test('what helps an operator is still there', async () => {
  const path = '/admin/queues/api/queues/delivery/talk-1'
  const { job } = (await (await visit(app, path, { token: operator.token })).json()) as {
    job: { data: Record<string, unknown>; name: string; stacktrace: string[] }
  }
  expect(job.name).toBe('messages')
  expect(job.data).toMatchObject({
    outbox: 7,
    frames: '[2 frames hidden]',
    items: [[1, 2, 3, 4, '[hidden]', 5, 6]],
    nested: { deeper: [{ content: '[hidden]', email: '[hidden]' }] },
  })
  expect(job.stacktrace[0]).toMatch(
    /^Error: \[hidden\]\n {4}at tests\/features\/admin\.redaction\.test\.ts/,
  )
})

test('a retried job goes back as it was: redaction is on the board, not on the job', async () => {
  const path = '/admin/queues/api/queues/delivery/talk-1/retry/'
  const answer = await visit(app, path, { method: 'PUT', token: operator.token })
  expect(answer.status).toBe(204)
  expect((await queue.getJob('talk-1'))?.data).toEqual(talk())
})

describe('redaction', () => {
  test('knows the name of every job the workers know', () => {
    const names = Object.values(handlers).flatMap((each) => Object.keys(each))
    expect(names.map((name) => redactJob({ name }).name)).toEqual(names)
  })

  test('shows what mails are about, not to whom nor what they say', () => {
    expect(redactValue({ kind: 'code', sealed: 'abc' })).toEqual({
      kind: 'code',
      sealed: '[hidden]',
    })
    expect(redactValue({ kind: word, email: 'ada.l@mail.example' })).toEqual({
      kind: '[hidden]',
      email: '[hidden]',
    })
  })

  test('lets fixed reasons through and hides all others', () => {
    expect(redactReason('The server is busy; try again shortly.')).toStartWith('The server is busy')
    expect(redactReason('job stalled more than allowable limit')).toContain('stalled')
    expect(redactReason(`The server is busy; ${word}`)).not.toContain(word)
  })

  test('believes no line of a stack that names no file of ours', () => {
    const stack = [
      `${word}: ${word}`,
      `    at ${word} (/etc/${word}:1:2)`,
      `    at ${word} (${import.meta.dir}/${word}.ts:1:2)`,
      `    at ${word} (${import.meta.dir}/../../../etc/passwd:1:2)`,
      `    at ${word} (${import.meta.path}:3:4)`,
    ]
    expect(redactStack(stack.join('\n'))).toBe(
      'Error: [hidden]\n    at tests/features/admin.redaction.test.ts:3:4',
    )
  })

  test('bounds what it shows', () => {
    const many = redactValue(Array.from({ length: 60 }, (_, index) => index)) as unknown[]
    expect(many).toHaveLength(51)
    let deep: unknown = 1
    for (let level = 0; level < 20; level++) deep = { deep }
    expect(JSON.stringify(redactValue(deep))).toContain('[hidden]')
  })
})
