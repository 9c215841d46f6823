// Mails when the mail server refuses for now, hangs, drops the line or is away: tried again, never
// twice by us, never late, and nothing of them in jobs and logs.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { retry } from '../../workers/outcome.ts'
import { patienceOf } from '../../workers/patience.ts'
import { eventually } from '../support/eventually.ts'
import { Post, secret, someone } from '../support/post.ts'
import type { Mood } from '../support/smtp.ts'

const patience = patienceOf('email')

let post: Post
beforeAll(async () => {
  post = await Post.open()
})
afterAll(() => post[Symbol.asyncDispose]())
beforeEach(() => post.calm())

test('a temporary refusal is tried again, and the mail goes out once', async () => {
  const email = someone()
  const change = await post.changes(async () => {
    const moods: Mood[] = [
      { does: 'refuse', at: 'rcpt', reply: '451 4.2.0 {to} is busy' },
      { does: 'refuse', at: 'data', reply: '421 4.3.0 go away {to}' },
      { does: 'drop' },
    ]
    for (const [attempts, mood] of moods.entries()) {
      await post.smtp.feels(mood)
      await (attempts === 0 ? post.mail(email) : post.again(attempts))
      await post.waiting(attempts + 1)
    }
    await post.smtp.feels({ does: 'take' })
    await post.again(moods.length)
    await post.smtp.mailTo(email)
  })
  expect(change).toEqual({ later: 3, sent: 1 })
  expect(post.smtp.askedFor(email)).toBe(4)
  expect(await post.smtp.mailsTo(email)).toHaveLength(1)
  expect(await post.dead()).toEqual([])
})

test('pauses double up to ten minutes, by chance no less than half of that', () => {
  const failure = retry('mailLater')
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
  // Nobody has foreseen a letter of this kind.
  const unknown = { kind: 'none', to: someone(), locale: 'en', at: 0, goodUntil: 1e15, words: {} }
  const sealed = post.app.nodes[0]!.ctx.seal.close(JSON.stringify(unknown))
  const job = await post.queue.add('letter', { kind: 'code', sealed })
  for (let attempt = 1; attempt < 8; attempt++) await post.again(attempt)
  await eventually(() => job.isFailed(), { what: 'the end of a broken job' })
  const [failed] = await post.queue.getFailed()
  expect(failed!.attemptsMade).toBe(8)
  await failed!.remove()
})

test('the same mail sent again has the same Message-ID and date', async () => {
  const email = await post.mail()
  const first = await post.smtp.mailTo(email)
  // A job done twice: its worker died after the mail server had said yes.
  const email2 = someone()
  await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '451 later' })
  await post.mail(email2)
  const { data } = await post.waiting(1)
  await post.smtp.feels({ does: 'take' })
  await post.again(1)
  await post.smtp.mailTo(email2)
  await post.queue.add('letter', data)
  const [one, two] = [await post.smtp.mailTo(email2), await post.smtp.mailTo(email2, 2)]
  expect([two.messageId, two.date]).toEqual([one.messageId, one.date])
  expect(one.messageId).not.toBe(first.messageId)
})

test('a mail server that is away and comes back: mails wait and go out, nothing is restarted', async () => {
  await post.smtp.kill()
  const emails = await Promise.all([1, 2, 3].map(() => post.mail()))
  await eventually(async () => (await post.queue.getDelayedCount()) === 3, {
    what: 'three that wait',
  })
  await post.smtp.restart()
  // By itself: the first pause is two seconds at most.
  for (const email of emails) await post.smtp.mailTo(email)
  for (const email of emails) expect(await post.smtp.mailsTo(email)).toHaveLength(1)
})

test.each(['greeting', 'starttls', 'data'] as const)(
  'a mail server that hangs at %s: cut at our deadline, the next try works',
  async (at) => {
    post.clock.shortens = true
    await post.smtp.feels({ does: 'hang', at })
    const email = await post.mail()
    await post.waiting(1)
    await eventually(() => post.smtp.open === 0, { what: 'a connection that is gone' })
    await post.smtp.feels({ does: 'take' })
    await post.again(1)
    await post.smtp.mailTo(email)
    expect(await post.smtp.mailsTo(email)).toHaveLength(1)
  },
)

test('a code that has expired is dropped and not mailed late; other mails are kept longer', async () => {
  await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '451 later' })
  const email = someone()
  await post.askForCode(email)
  const code = await post.waiting(1)
  const other = await post.mail()
  await eventually(async () => (await post.queue.getDelayedCount()) === 2)
  await post.smtp.feels({ does: 'take' })
  post.clock.ahead = limits.code.lifeMs
  const change = await post.changes(async () => {
    await post.queue.promoteJobs()
    await post.smtp.mailTo(other)
    await eventually(async () => (await post.queue.getJob(code.id!)) === undefined)
  })
  expect(change).toEqual({ expired: 1, sent: 1 })
  expect(await post.smtp.mailsTo(email)).toEqual([])
})

test('in all of this no address and no word of a mail stood in a job, its failure or a log', async () => {
  const word = secret.toLowerCase()
  await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '450 4.2.1 <{to}> is full, {to}' })
  await post.mail()
  const job = await post.waiting(1)
  await post.smtp.feels({ does: 'refuse', at: 'data', reply: '550 5.2.1 <{to}> is closed, {to}' })
  await post.mail()
  const refused = () => post.logged.some((line) => line.includes('refused for good'))
  await eventually(refused, { what: 'a word about a refusal' })
  const kept = JSON.stringify(job.toJSON()).toLowerCase()
  expect(kept).toContain('did not take the mail now: 450 4.2.1 rcpt to')
  expect(kept).not.toContain(word)
  expect(kept).not.toContain('example.com')
  const all = post.logged.join('').toLowerCase()
  expect(all).toContain('450 4.2.1 rcpt to')
  expect(all).toContain('550 5.2.1 data')
  expect(all).not.toContain(word)
  await job.remove()
})
