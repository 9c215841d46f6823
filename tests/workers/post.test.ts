// Mails when the mail server refuses, hangs, drops the line or is away: tried again or not, never
// twice by us, never late, and nothing of them in jobs and logs.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Job, Queue } from 'bullmq'
import { Writable } from 'node:stream'
import pino from 'pino'
import { limits } from '../../src/core/limits.ts'
import { sendMail } from '../../src/features/accounts/mails.ts'
import { patience } from '../../src/infra/queues.bullmq.ts'
import { Failure } from '../../src/core/failure.ts'
import { queueOf } from '../support/admin.ts'
import { ShiftedClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { request } from '../support/people.ts'
import { SmtpProcess, type Mood } from '../support/smtp.ts'

const clock = new ShiftedClock({ shorten: limits.mail.deadlineMs, to: 300 })
const logged: string[] = []
const stream = new Writable({
  write(chunk, _encoding, done) {
    logged.push(String(chunk))
    done()
  },
})
const log = pino({ level: 'trace', serializers: { err: pino.stdSerializers.errWithCause } }, stream)

let smtp: SmtpProcess
let app: Installation
let queue: Queue
beforeAll(async () => {
  smtp = await SmtpProcess.start()
  const env = { SMTP_PORT: String(smtp.port) }
  app = await install({ clock, env, workers: { clock, log } })
  queue = queueOf(app, 'email')
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await smtp[Symbol.asyncDispose]()
})
beforeEach(async () => {
  clock.ahead = 0
  clock.shortens = false
  await smtp.feels({ does: 'take' })
})

let count = 0
const secret = 'Heliotrope'
const someone = () => `someone-${secret}-${++count}@example.com`.toLowerCase()

async function mail(email = someone()): Promise<string> {
  const { ctx } = app.nodes[0]!
  const words = { nickname: secret }
  await ctx.transact(async (tx) => sendMail(ctx, tx, 'welcome', { email, locale: 'en' }, words))
  return email
}

/** The job of a mail that could not be sent yet. */
async function waiting(attempts: number): Promise<Job> {
  const delayed = async () =>
    (await queue.getDelayed()).find((job) => job.attemptsMade === attempts)
  return eventually(delayed, { what: `a mail after ${attempts} attempts` })
}

const again = async (attempts: number) => (await waiting(attempts)).promote()

async function counted(outcome: string): Promise<number> {
  const { values } = await app.floor!.ctx.metrics.mails.get()
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
}

/** Runs and answers how the counts have changed. */
async function changes(work: () => Promise<void>): Promise<Record<string, number>> {
  const outcomes = ['sent', 'refused', 'dead', 'expired', 'later']
  const counts = () => Promise.all(outcomes.map(counted))
  const before = await counts()
  await work()
  await eventually(async () => (await queue.getActiveCount()) === 0, { what: 'no mail under way' })
  const after = await counts()
  const entries = outcomes.map((name, index) => [name, after[index]! - before[index]!] as const)
  return Object.fromEntries(entries.filter(([, change]) => change !== 0))
}

const sql = () => app.nodes[0]!.ctx.sql
const dead = async () => [
  ...(await sql()`select reason, refusals, since, until from dead_addresses`),
]

async function forgetDead(): Promise<void> {
  await sql()`delete from dead_addresses`
}

test('a temporary refusal is tried again, and the mail goes out once', async () => {
  const email = someone()
  const change = await changes(async () => {
    const moods: Mood[] = [
      { does: 'refuse', at: 'rcpt', reply: '451 4.2.0 {to} is busy' },
      { does: 'refuse', at: 'data', reply: '421 4.3.0 go away {to}' },
      { does: 'drop' },
    ]
    for (const [attempts, mood] of moods.entries()) {
      await smtp.feels(mood)
      await (attempts === 0 ? mail(email) : again(attempts))
      await waiting(attempts + 1)
    }
    await smtp.feels({ does: 'take' })
    await again(moods.length)
    await smtp.mailTo(email)
  })
  expect(change).toEqual({ later: 3, sent: 1 })
  expect(smtp.askedFor(email)).toBe(4)
  expect(await smtp.mailsTo(email)).toHaveLength(1)
  expect(await dead()).toEqual([])
})

test('pauses double up to ten minutes, by chance no less than half of that', () => {
  const failure = new Failure('mailUnavailable')
  for (let attempt = 1; attempt < 900; attempt++) {
    const full = Math.min(10 * 60_000, 2_000 * 2 ** Math.min(attempt - 1, 20))
    const pause = patience(attempt, 'patient', failure)
    expect(pause).toBeGreaterThanOrEqual(full / 2)
    expect(pause).toBeLessThanOrEqual(full)
  }
  const pauses = Array.from({ length: 20 }, () => patience(5, 'patient', failure))
  expect(new Set(pauses).size).toBeGreaterThan(10)
})

test('a fault of ours is not tried for two days', async () => {
  expect(patience(8, 'patient', new Error('ours'))).toBe(-1)
  expect(patience(7, 'patient', new Error('ours'))).toBeGreaterThan(0)
  const job = await queue.add('letter', { kind: 'code', sealed: 'broken' })
  for (let attempt = 1; attempt < 8; attempt++) await again(attempt)
  await eventually(() => job.isFailed(), { what: 'the end of a broken job' })
  const [failed] = await queue.getFailed()
  expect(failed!.attemptsMade).toBe(8)
  await failed!.remove()
})

test('the same mail sent again has the same Message-ID and date', async () => {
  const email = await mail()
  const first = await smtp.mailTo(email)
  const [row] = await sql()`select 1 from outbox`
  expect(row).toBeUndefined()
  // A job done twice: its worker died after the mail server had said yes.
  const email2 = someone()
  await smtp.feels({ does: 'refuse', at: 'rcpt', reply: '451 later' })
  await mail(email2)
  const { data } = await waiting(1)
  await smtp.feels({ does: 'take' })
  await again(1)
  await smtp.mailTo(email2)
  await queue.add('letter', data)
  const [one, two] = [await smtp.mailTo(email2), await smtp.mailTo(email2, 2)]
  expect([two.messageId, two.date]).toEqual([one.messageId, one.date])
  expect(one.messageId).not.toBe(first.messageId)
})

describe('a permanent refusal', () => {
  test('is not tried again and remembered; a code asked for is answered as always', async () => {
    const [email, alive] = [someone(), someone()]
    const dropped = await counted('dead')
    const change = await changes(async () => {
      await smtp.feels({ does: 'refuse', at: 'rcpt', reply: '550 5.1.1 no such user {to}' })
      await mail(email)
      await eventually(async () => (await dead()).length === 1, { what: 'a dead address' })
      await smtp.feels({ does: 'take' })
      const answers = await Promise.all(
        [email, alive].map((each) =>
          request(app.url(), 'POST', '/api/v1/users/send-code', { body: { email: each } }),
        ),
      )
      expect(answers[0]!.data).toEqual(answers[1]!.data)
      expect(answers.map(({ status, code }) => [status, code])).toEqual([
        [200, 0],
        [200, 0],
      ])
      await eventually(async () => (await counted('dead')) > dropped, { what: 'a dropped mail' })
      await smtp.mailTo(alive)
    })
    expect(change).toEqual({ refused: 1, dead: 1, sent: 1 })
    expect(smtp.askedFor(email)).toBe(1)
    expect(await queue.getFailedCount()).toBe(0)
  })

  test('the table names nobody; operators see and clear it', async () => {
    const email = `someone-${secret}-`.toLowerCase()
    const [row] = await sql()`select d::text as all from dead_addresses d`
    expect(row!['all']).not.toContain(email)
    const shown = await cli('mail', 'dead')
    expect(shown).toMatch(/^[0-9a-f]{16} {2}550 5\.1\.1 RCPT TO {2}refused 1 time {2}since 2/)
    expect(shown).not.toContain(email)
    expect(await cli('mail', 'dead', '--clear', 'nobody@example.com')).toContain('was not dead')
    // As people write them.
    const refused = smtp.lastRefused
    expect(await cli('mail', 'dead', '--clear', refused.toUpperCase())).toBe(
      'Mail goes there again.\n',
    )
    expect(await cli('mail', 'dead')).toBe('No address is dead.\n')
    await mail(refused)
    expect((await smtp.mailTo(refused)).subject).toBe('Welcome')
  })

  test('pauses double up to thirty days, a delivery forgets them', async () => {
    const email = someone()
    await smtp.feels({ does: 'refuse', at: 'data', reply: '554 no' })
    const days: number[] = []
    for (let round = 1; round <= 7; round++) {
      await mail(email)
      await eventually(async () => (await dead())[0]?.['refusals'] === round)
      const [row] = await dead()
      days.push(Math.round((row!['until'].getTime() - Date.now()) / 86_400_000))
      await sql()`update dead_addresses set until = now()`
    }
    expect(days).toEqual([1, 2, 4, 8, 16, 30, 30])
    await smtp.feels({ does: 'take' })
    await mail(email)
    await smtp.mailTo(email)
    await eventually(async () => (await dead()).length === 0, { what: 'nobody dead' })
  })

  test('mails that were under way together count once', async () => {
    const email = someone()
    await smtp.feels({ does: 'refuse', at: 'rcpt', reply: '550 5.1.1 no' })
    const done = async () => (await counted('refused')) + (await counted('dead'))
    const before = await done()
    await Promise.all([1, 2, 3, 4].map(() => mail(email)))
    await eventually(async () => (await done()) === before + 4, { what: 'four mails done' })
    await eventually(async () => (await dead()).length > 0, { what: 'a dead address' })
    expect(await dead()).toMatchObject([{ refusals: 1 }])
    await forgetDead()
  })

  const policies: [string, Mood][] = [
    ['a policy', { does: 'refuse', at: 'rcpt', reply: '550 5.7.1 {to} wants no mail of yours' }],
    ['its content', { does: 'refuse', at: 'data', reply: '554 5.6.0 bad content' }],
  ]
  test.each(policies)('for %s says nothing about the address', async (_, mood) => {
    const change = await changes(async () => {
      await smtp.feels(mood)
      const before = await counted('refused')
      await mail()
      await eventually(async () => (await counted('refused')) > before)
    })
    expect(change).toEqual({ refused: 1 })
    expect(await dead()).toEqual([])
    expect(await queue.getDelayedCount()).toBe(0)
  })

  test('of ourselves is our trouble: the mail waits until it is mended', async () => {
    await smtp.feels({ does: 'refuse', at: 'from', reply: '550 5.7.1 you may not send' })
    const email = await mail()
    await waiting(1)
    await smtp.feels({ does: 'take' })
    await again(1)
    await smtp.mailTo(email)
  })
})

test('a mail server that is away and comes back: mails wait and go out, nothing is restarted', async () => {
  await smtp.kill()
  const emails = await Promise.all([1, 2, 3].map(() => mail()))
  await eventually(async () => (await queue.getDelayedCount()) === 3, { what: 'three that wait' })
  await smtp.restart()
  // By itself: the first pause is two seconds at most.
  for (const email of emails) await smtp.mailTo(email)
  for (const email of emails) expect(await smtp.mailsTo(email)).toHaveLength(1)
})

test.each(['greeting', 'starttls', 'data'] as const)(
  'a mail server that hangs at %s: cut at our deadline, the next try works',
  async (at) => {
    clock.shortens = true
    await smtp.feels({ does: 'hang', at })
    const email = await mail()
    await waiting(1)
    await eventually(() => smtp.open === 0, { what: 'a connection that is gone' })
    await smtp.feels({ does: 'take' })
    await again(1)
    await smtp.mailTo(email)
    expect(await smtp.mailsTo(email)).toHaveLength(1)
  },
)

test('a code that has expired is dropped and not mailed late; other mails are kept longer', async () => {
  await smtp.feels({ does: 'refuse', at: 'rcpt', reply: '451 later' })
  const email = someone()
  await request(app.url(), 'POST', '/api/v1/users/send-code', { body: { email } })
  const code = await waiting(1)
  const other = await mail()
  await eventually(async () => (await queue.getDelayedCount()) === 2)
  await smtp.feels({ does: 'take' })
  clock.ahead = limits.code.lifeMs
  const change = await changes(async () => {
    await queue.promoteJobs()
    await smtp.mailTo(other)
    await eventually(async () => (await queue.getJob(code.id!)) === undefined)
  })
  expect(change).toEqual({ expired: 1, sent: 1 })
  expect(await smtp.mailsTo(email)).toEqual([])
})

test('in all of this no address and no word of a mail stood in a job, its failure or a log', async () => {
  const word = secret.toLowerCase()
  await smtp.feels({ does: 'refuse', at: 'rcpt', reply: '450 4.2.1 <{to}> is full, {to}' })
  await mail()
  const job = await waiting(1)
  const kept = JSON.stringify(job.toJSON()).toLowerCase()
  expect(kept).toContain('mail cannot be sent now')
  expect(kept).not.toContain(word)
  expect(kept).not.toContain('example.com')
  const all = logged.join('').toLowerCase()
  expect(all).toContain('450 4.2.1 rcpt to')
  expect(all).toContain('a mail was refused for good')
  expect(all).not.toContain(word)
  await job.remove()
})

async function cli(...args: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, 'src/cli.ts', ...args], {
    env: { ...process.env, ...app.env },
    stdout: 'pipe',
  })
  return new Response(child.stdout).text()
}
