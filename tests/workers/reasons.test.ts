// Why a job was put off or given up, as an admin reads it on the board.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { Failure } from '../../src/core/failure.ts'
import { limits } from '../../src/limits.ts'
import { unfinishedExports } from '../../src/features/departure/exports.ts'
import type { QueueName } from '../../src/infra/queues.ts'
import { isReason, reasons, reasonText, type Reason } from '../../src/infra/reasons.ts'
import { explained, GiveUp, giveUp, retry, Retry } from '../../workers/outcome.ts'
import { makeAdmin, queueOf, visit } from '../support/admin.ts'
import { eventually } from '../support/eventually.ts'
import type { Person } from '../support/people.ts'
import { Post, secret } from '../support/post.ts'
import { startPushService, type PushReply, type PushService } from '../support/push-service.ts'

let post: Post
let service: PushService
let operator: Person
let writer: Person
beforeAll(async () => {
  service = startPushService()
  post = await Post.open({ PUSH_PRIVATE_HOSTS: 'on' })
  ;({ operator, writer } = await post.app.people('operator', 'writer'))
  await makeAdmin(post.app, operator, 'operator')
})
afterAll(async () => {
  await post[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})
beforeEach(() => post.calm())

interface Shown {
  readonly id: string
  readonly failedReason: string
  readonly attempts: number
  readonly stacktrace: string[]
}

/** Jobs as the board's own page asks for them. */
async function shown(queue: QueueName, status: 'failed' | 'delayed'): Promise<Shown[]> {
  const path = `/admin/queues/api/queues?activeQueue=${queue}&status=${status}&page=1`
  const answer = await visit(post.app, path, { token: operator.token })
  const { queues } = (await answer.json()) as { queues: { name: string; jobs: Shown[] }[] }
  return queues.find(({ name }) => name === queue)?.jobs ?? []
}

/** Waits until the board shows a job with this reason. */
function seen(queue: QueueName, status: 'failed' | 'delayed', reason: string): Promise<Shown> {
  const look = async () =>
    (await shown(queue, status)).find(({ failedReason }) => failedReason === reason)
  return eventually(look, { what: `${status} in ${queue}: ${reason}` })
}

const made = async (queue: QueueName, { id }: Shown) =>
  (await queueOf(post.app, queue).getJob(id))?.attemptsMade

describe('a mail', () => {
  test('that is refused for good is given up, by the code of the refusal', async () => {
    await post.smtp.feels({ does: 'refuse', at: 'data', reply: '554 5.6.0 bad {to}' })
    await post.mail()
    const job = await seen('email', 'failed', `${reasons.mailRefused}: 554 5.6.0 DATA`)
    expect(await made('email', job)).toBe(1)
    expect(job.stacktrace[0]).toMatch(/^GiveUp: \[hidden\][^]*\n {4}at workers\/email\.ts/)
    expect(JSON.stringify(job).toLowerCase()).not.toContain(secret.toLowerCase())
  })

  test('that is not taken now waits, and says so', async () => {
    await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '451 4.2.0 {to} is busy' })
    await post.mail()
    const job = await seen('email', 'delayed', `${reasons.mailLater}: 451 4.2.0 RCPT TO`)
    expect(job.stacktrace[0]).toStartWith('Retry: [hidden]')
    await post.queue.remove(job.id)
  })

  test('that cannot be opened is given up at once', async () => {
    await post.queue.add('letter', { kind: 'code', sealed: 'another secret was here' })
    const job = await seen('email', 'failed', reasons.mailUnreadable)
    expect(await made('email', job)).toBe(1)
  })
})

describe('a push', () => {
  /** Somebody with a browser that is answered so, and a word to them. */
  async function rings(name: string, ...answers: PushReply[]): Promise<void> {
    const to = (await post.app.people(name))[name]!
    await writer.befriends(to)
    service.answer(name, ...answers)
    await to.does('push.subscribe', service.subscription(name))
    await writer.says(to, 'hello')
  }
  // Long enough for a look at the board, and short enough to be of use still.
  const wait = { 'retry-after': '3600' }

  test.each([
    [400, 'refused'],
    [401, 'unauthorized'],
    [413, 'tooLarge'],
    [429, 'limited'],
  ] as const)('answered with %d waits, and says why', async (status, reason) => {
    await rings(`reader-${status}`, [status, wait])
    await seen('push', 'delayed', `${reasons[reason]}: ${status}`)
  })

  test('that would come too late is given up, and so is one for keys that are none', async () => {
    const tomorrow = new Date(Date.now() + 2 * limits.push.lifeMs).toUTCString()
    await rings('late', [503, { 'retry-after': tomorrow }])
    const job = await seen('push', 'failed', `${reasons.unavailable}: 503`)
    expect(await made('push', job)).toBe(1)
    const { keyless } = await post.app.people('keyless')
    await writer.befriends(keyless)
    const { id } = await keyless.does('push.subscribe', service.subscription('keyless'))
    const point = Buffer.alloc(65, 7).fill(4, 0, 1).toString('base64url')
    await post.sql`update push_subscriptions set p256dh = ${point} where id = ${id}`
    await writer.says(keyless, 'hello')
    await seen('push', 'failed', reasons.unusable)
    // The service was complained of once: jobs that say it again are no news.
    const lines = post.logged.filter((line) => line.includes('a job failed'))
    const pushes = lines.map((line) => JSON.parse(line)).filter(({ queue }) => queue === 'push')
    expect(pushes.length).toBeGreaterThan(1)
    expect(pushes.map(({ level }) => level)).toEqual(pushes.map(() => 20))
  })
})

test('an export that is too large is given up, and the sweeper does not begin it again', async () => {
  const { alice } = await post.app.people('alice')
  await post.sql`update users set email_verified_at = now() where user_id = ${alice.userId}`
  const bounds = limits.export as { bytesMax: number }
  const { bytesMax } = bounds
  bounds.bytesMax = 2_000
  try {
    await alice.does('accounts.export')
    const job = await seen('maintenance', 'failed', reasons.exportTooLarge)
    expect(await made('maintenance', job)).toBe(1)
  } finally {
    bounds.bytesMax = bytesMax
  }
  expect(await unfinishedExports(post.sql, new Date())).toEqual([])
})

test('a job of a name that nobody knows is put off for a newer worker, a while', async () => {
  const job = await post.queue.add('constructor', {})
  await seen('email', 'delayed', reasons.jobUnknown)
  for (let attempt = 1; attempt < 8; attempt++) await post.again(attempt)
  await seen('email', 'failed', reasons.jobUnknown)
  await job.remove()
})

test('the message of a fault is kept for the log, and hidden on the board', async () => {
  await queueOf(post.app, 'maintenance').add('erase', { user: `say ${secret}` }, { attempts: 1 })
  const hidden = '[hidden: it may quote a message; the log of the workers has it]'
  const job = await seen('maintenance', 'failed', hidden)
  const failed = await queueOf(post.app, 'maintenance').getJob(job.id)
  expect(failed!.failedReason).toContain('invalid input syntax')
})

test('what any step may meet is a reason to wait', () => {
  const away = [
    new Failure('databaseUnavailable'),
    Object.assign(new Error('terminating connection'), { code: '57P01' }),
  ]
  for (const error of away) expect((explained(error) as Retry).message).toBe(reasons.databaseAway)
  for (const error of [new Failure('cacheUnavailable'), new Error('Connection is closed.')]) {
    expect((explained(error) as Retry).message).toBe(reasons.redisAway)
  }
  const fault = new Error('nobody has foreseen this')
  expect(explained(fault)).toBe(fault)
  const outcomes = [retry('mailLater', { after: 7 }), giveUp('mailRefused')] as const
  expect(outcomes.map(explained)).toEqual([...outcomes])
  expect([outcomes[0].afterMs, outcomes[1] instanceof GiveUp]).toEqual([7_000, true])
})

test('a reason is made of our own words alone', () => {
  for (const reason of Object.keys(reasons) as Reason[]) {
    expect(isReason(reasonText(reason))).toBe(true)
    expect(isReason(reasonText(reason, 413))).toBe(true)
    expect(reasonText(reason, 'ada@example.com')).toBe(reasons[reason])
    expect(isReason(`${reasons[reason]}: ada@example.com`)).toBe(false)
    expect(isReason(`${reasons[reason]} ${secret}`)).toBe(false)
  }
})
