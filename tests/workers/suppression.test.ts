// Addresses that a mail server refuses for good: no more mails for a while, known by digest alone.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import { forgetOld } from '../../workers/retention.ts'
import { eventually } from '../support/eventually.ts'
import { Post, someone } from '../support/post.ts'
import type { Mood } from '../support/smtp.ts'
import { keeping } from '../support/no-files.ts'

let post: Post
beforeAll(async () => {
  post = await Post.open()
})
afterAll(() => post[Symbol.asyncDispose]())
beforeEach(() => post.calm())
afterEach(async () => {
  await post.sql`delete from dead_addresses`
})

test('a refusal for good is remembered, not tried again; a code is answered as always', async () => {
  const [email, alive] = [someone(), someone()]
  const dropped = await post.counted('dead')
  const change = await post.changes(async () => {
    await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '550 5.1.1 no such user {to}' })
    await post.mail(email)
    await eventually(async () => (await post.dead()).length === 1, { what: 'a dead address' })
    await post.smtp.feels({ does: 'take' })
    const answers = await Promise.all([email, alive].map((each) => post.askForCode(each)))
    expect(answers[0]!.data).toEqual(answers[1]!.data)
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [200, 0],
      [200, 0],
    ])
    await eventually(async () => (await post.counted('dead')) > dropped, { what: 'a dropped mail' })
    await post.smtp.mailTo(alive)
  })
  expect(change).toEqual({ refused: 1, dead: 1, sent: 1 })
  expect(post.smtp.askedFor(email)).toBe(1)
  expect(await post.queue.getFailedCount()).toBe(0)
})

test('the table names nobody; operators see and clear it', async () => {
  const email = await buried()
  const [row] = await post.sql`select d::text as all from dead_addresses d`
  expect(row!['all']).toContain('550 5.1.1')
  expect(row!['all']).not.toContain(email)
  const shown = await cli('mail', 'dead')
  expect(shown).toMatch(/^[0-9a-f]{16} {2}550 5\.1\.1 RCPT TO {2}refused 1 time {2}since 2/)
  expect(shown).not.toContain('@')
  expect(await cli('mail', 'dead', '--clear', 'nobody@example.com')).toContain('was not dead')
  // As people write them.
  expect(await cli('mail', 'dead', '--clear', email.toUpperCase())).toBe('Mail goes there again.\n')
  expect(await cli('mail', 'dead')).toBe('No address is dead.\n')
  await post.mail(email)
  expect((await post.smtp.mailTo(email)).subject).toBe('Welcome')
})

test('pauses double up to thirty days, a delivery forgets them', async () => {
  const email = someone()
  await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '554 no' })
  const days: number[] = []
  for (let round = 1; round <= 7; round++) {
    await post.mail(email)
    await eventually(async () => (await post.dead())[0]?.['refusals'] === round)
    const [row] = await post.dead()
    days.push(Math.round(((row!['until'] as Date).getTime() - Date.now()) / 86_400_000))
    await post.sql`update dead_addresses set until = now()`
  }
  expect(days).toEqual([1, 2, 4, 8, 16, 30, 30])
  await post.smtp.feels({ does: 'take' })
  await post.mail(email)
  await post.smtp.mailTo(email)
  await eventually(async () => (await post.dead()).length === 0, { what: 'nobody dead' })
})

test('mails that were under way together count once', async () => {
  const email = someone()
  await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '550 5.1.1 no' })
  const done = async () => (await post.counted('refused')) + (await post.counted('dead'))
  const before = await done()
  await Promise.all([1, 2, 3, 4].map(() => post.mail(email)))
  await eventually(async () => (await done()) === before + 4, { what: 'four mails done' })
  await eventually(async () => (await post.dead()).length > 0, { what: 'a dead address' })
  expect(await post.dead()).toMatchObject([{ refusals: 1 }])
})

const policies: [string, Mood][] = [
  ['a policy', { does: 'refuse', at: 'rcpt', reply: '550 5.7.1 {to} wants no mail of yours' }],
  ['its content', { does: 'refuse', at: 'data', reply: '554 5.6.0 bad content' }],
  [
    'a reason it keeps to itself',
    { does: 'refuse', at: 'data', reply: '550 this looks like spam' },
  ],
]
test.each(policies)('a refusal for %s says nothing about the address', async (_, mood) => {
  const change = await post.changes(async () => {
    await post.smtp.feels(mood)
    const before = await post.counted('refused')
    await post.mail()
    await eventually(async () => (await post.counted('refused')) > before)
  })
  expect(change).toEqual({ refused: 1 })
  expect(await post.dead()).toEqual([])
  expect(await post.queue.getDelayedCount()).toBe(0)
})

test('a refusal of ourselves is our trouble: the mail waits until it is mended', async () => {
  await post.smtp.feels({ does: 'refuse', at: 'from', reply: '550 5.7.1 you may not send' })
  const email = await post.mail()
  await post.waiting(1)
  await post.smtp.feels({ does: 'take' })
  await post.again(1)
  await post.smtp.mailTo(email)
})

test('a dead address is forgotten some months after its pause', async () => {
  await buried()
  const day = 86_400_000
  const [row] = await post.dead()
  const until = (row!['until'] as Date).getTime()
  expect(
    await forgetOld({ sql: post.sql, ...keeping }, new Date(until + 89 * day), 'small'),
  ).toMatchObject({
    'suppressed addresses': 0,
  })
  expect(
    await forgetOld({ sql: post.sql, ...keeping }, new Date(until + 91 * day), 'small'),
  ).toMatchObject({
    'suppressed addresses': 1,
  })
  expect(await post.dead()).toEqual([])
})

/** Somebody whose address was refused a moment ago. */
async function buried(): Promise<string> {
  await post.smtp.feels({ does: 'refuse', at: 'rcpt', reply: '550 5.1.1 no such user {to}' })
  const email = await post.mail()
  await eventually(async () => (await post.dead()).length === 1, { what: 'a dead address' })
  await post.smtp.feels({ does: 'take' })
  return email
}

async function cli(...args: string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, 'src/cli.ts', ...args], {
    env: { ...process.env, ...post.app.env },
    stdout: 'pipe',
  })
  return new Response(child.stdout).text()
}
