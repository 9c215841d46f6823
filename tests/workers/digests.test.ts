// Digests: what waits for whoever has been away, by a real mail server; once, and as long as they want it.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Writable } from 'node:stream'
import pino from 'pino'
import type { BaseContext } from '../../src/context.ts'
import { tellAway } from '../../src/features/digests/due.ts'
import { limits } from '../../src/limits.ts'
import type { Digest } from '../../src/protocol/settings.ts'
import { DigestSender } from '../../workers/digest-sender.ts'
import { mailDigest } from '../../workers/email.ts'
import type { Work } from '../../workers/work.ts'
import { ShiftedClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { password, type Person } from '../support/people.ts'
import { seat } from '../support/seat.ts'
import { SmtpProcess, type Arrived } from '../support/smtp.ts'

const dayMs = 86_400_000
const clock = new ShiftedClock({ shorten: 0, to: 0 })
let smtp: SmtpProcess
let app: Installation
let bo: Person
beforeAll(async () => {
  smtp = await SmtpProcess.start()
  const env = {
    SMTP_PORT: String(smtp.port),
    PUBLIC_URL: 'https://chat.example.org/',
    // People stay signed in while weeks go by.
    JWT_EXPIRATION: '8760',
  }
  app = await install({ env, clock })
  bo = await comes('bo')
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await smtp[Symbol.asyncDispose]()
})

const worker = (): BaseContext => app.workerProcess!.ctx
const sql = () => worker().sql

/** Somebody with an address that is proved, who may want a digest. */
async function comes(name: string, digest?: Digest): Promise<Person> {
  const { port, ctx } = app.nodes[0]!
  const person = await seat({ url: `http://127.0.0.1:${port}`, ctx }, name, true)
  if (digest) await wants(person, digest)
  return person
}

const wants = (person: Person, digest: Digest) =>
  person.does('settings.update', { email: { digest } })

/** Days go by, and every worker looks who is away. */
async function passes(days: number): Promise<void> {
  clock.ahead += days * dayMs
  await Promise.all([tellAway(worker()), tellAway(worker())])
}

/** All digests to these, once every one that was due has been taken or was found to be of no use. */
async function mailsOf(...people: Person[]): Promise<Arrived[][]> {
  const { queues } = worker()
  await eventually(
    async () => {
      const [row] = await sql()<{ count: number }[]>`select count(*) from outbox`
      const { waiting, active, delayed } = (await queues.depths()).email
      return row!.count === 0 && waiting + active + delayed === 0
    },
    { what: 'nothing more to be mailed' },
  )
  const mails = await Promise.all(people.map(({ email }) => smtp.mailsTo(email)))
  return mails.map((each) => each.filter((mail) => header(mail, 'list-unsubscribe').length > 0))
}

const header = (mail: Arrived, name: string) =>
  mail.headers.filter(({ key }) => key === name).map(({ value }) => value)

/** The lines of what waits: names and numbers. */
const told = (mail: Arrived) => mail.text!.split('\n').filter((line) => /^.*: \d+ new/.test(line))

/** By the path of its link, as mail programs do: without a token, and asking by their own form. */
function follows(mail: Arrived, method: 'GET' | 'HEAD' | 'POST', language = 'en') {
  const [, link = ''] = /^<(.*)>$/.exec(header(mail, 'list-unsubscribe')[0] ?? '') ?? []
  const headers = { 'accept-language': language }
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
  const how = { method, headers, ...(method === 'POST' ? { body } : {}) }
  return fetch(app.url() + new URL(link).pathname, how)
}

const wished = async (person: Person) => (await person.does('settings.get')).email.digest

test('nobody else gets one, and what is not for a mail is in none', async () => {
  const [away, muted, blocked, read, recalled] = await Promise.all(
    ['away', 'muted', 'blocked', 'read', 'recalled'].map((name) => comes(name, 'daily')),
  )
  const { unproved } = await app.people('unproved')
  await wants(unproved, 'daily')
  const [off, gone] = [await comes('off'), await comes('gone', 'daily')]
  const people = [away, muted, blocked, read, recalled, unproved, off, gone] as Person[]
  const [talks, hellos]: [number[], number[]] = [[], []]
  for (const each of people) {
    talks.push(await bo.befriends(each))
    hellos.push((await bo.says(each, 'hello')).id)
  }
  const [talk, mutedTalk, , readTalk] = talks as [number, number, number, number]
  await muted!.does('conversations.mute', { id: mutedTalk, is_muted: true })
  await blocked!.does('friends.block', { blocked_user_id: bo.userId })
  await read!.does('conversations.read', { id: readTalk })
  await bo.does('messages.recall', { id: hellos[4] })
  await gone.does('accounts.deleteMe', { password })
  // Words are wanted; those of a message that burns, in a week, and of one that is sealed, are in no mail.
  await away!.does('settings.update', { push: { preview: 'text' } })
  const { group_id, conversation_id } = await bo.does('groups.create', {
    name: 'Heron',
    member_ids: [away!.userId, muted!.userId],
  })
  await bo.does('groups.send', { group_id, message_type: 1, content: 'plain words' })
  await bo.does('conversations.timer', { id: talk, seconds: 604_800 })
  await bo.says(away!, 'burning words')
  await muted!.does('conversations.mute', { id: conversation_id, is_muted: true })
  const at_users = [muted!.userId]
  await bo.does('groups.send', { group_id, message_type: 13, content: 'c2VhbGVk', at_users })
  await passes(1.1)
  const mails = await mailsOf(...people)
  expect(mails.map((each) => each.length)).toEqual([1, 1, 0, 0, 0, 0, 0, 0])
  // With the system messages that told of the group and of the timer, as everywhere.
  expect(told(mails[0]![0]!)).toEqual(['Heron: 3 new messages', 'bo: 3 new messages'])
  // Muted, and yet called by name.
  expect(told(mails[1]![0]!)).toEqual(['Heron: 3 new messages'])
  await bo.does('groups.send', { group_id, message_type: 1, content: 'come  home\nsoon' })
  await passes(1.1)
  const [[, second]] = (await mailsOf(away!)) as [[Arrived, Arrived]]
  expect(told(second)).toEqual([
    'Heron: 4 new messages, the last one: bo: come home soon',
    'bo: 3 new messages',
  ])
})

test('whoever is away for a day is told once what waits, and again only of what is new', async () => {
  const ann = await comes('ann')
  expect(await wished(ann)).toBe('off')
  await wants(ann, 'daily')
  await bo.befriends(ann)
  await ann.does('friends.updateRemark', { friend_id: bo.userId, remark: 'Brother' })
  await bo.says(ann, 'the secret')
  await bo.says(ann, 'of the house')
  const { group_id } = await bo.does('groups.create', { name: 'Heron', member_ids: [ann.userId] })
  await bo.does('groups.send', { group_id, message_type: 1, content: 'a third' })
  await passes(0.9)
  expect(await mailsOf(ann)).toEqual([[]])
  await passes(0.2)
  const [[mail]] = (await mailsOf(ann)) as [[Arrived]]
  expect(mail.subject).toEndWith('new messages while you were away')
  expect(told(mail)).toEqual(['Heron: 2 new messages', 'Brother: 2 new messages'])
  expect(mail.text! + mail.html!).not.toMatch(/secret|house|third/)
  expect(mail.text).toContain('\nhttps://chat.example.org/\n')
  // On the line as it came: one URI in angle brackets, https, and the very words of RFC 8058.
  expect(mail.raw).toMatch(
    /^List-Unsubscribe:\s+<https:\/\/chat\.example\.org\/unsubscribe\/[\w-]+>\r$/m,
  )
  expect(mail.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
  // A day later there is nothing new; then there is.
  await passes(1.1)
  expect(await mailsOf(ann)).toEqual([[mail]])
  await bo.says(ann, 'the weather is fine')
  await passes(0.3)
  const [[, second]] = (await mailsOf(ann)) as [[Arrived, Arrived]]
  expect(told(second)[0]).toBe('Brother: 3 new messages')
  // Not again within a day, whatever comes.
  await bo.says(ann, 'one more')
  await passes(0.9)
  expect((await mailsOf(ann))[0]).toHaveLength(2)
  // She comes back and reads; a day after that there is a reason again only by what is new.
  await ann.does('accounts.me')
  await eventually(async () => {
    const [row] = await sql()<{ last: Date }[]>`
      select max(last_used_at) as last from sessions
      where user_id = (select id from users where user_id = ${ann.userId})`
    return row!.last.getTime() > clock.now().getTime() - 60_000
  })
  await passes(0.9)
  expect((await mailsOf(ann))[0]).toHaveLength(2)
  await passes(0.2)
  expect((await mailsOf(ann))[0]).toHaveLength(3)
})

test('the link ends it without a sign-in, by POST alone, as often as one likes', async () => {
  const eve = await comes('eve', 'weekly')
  await bo.befriends(eve)
  await bo.says(eve, 'hi')
  await eve.does('accounts.updateMe', { locale: 'zh' })
  await passes(6)
  expect(await mailsOf(eve)).toEqual([[]])
  const device = await eve.connects()
  await passes(1.1)
  // Somebody is there, though nothing was read.
  expect(await mailsOf(eve)).toEqual([[]])
  await device.close()
  await passes(7.1)
  const [[mail]] = (await mailsOf(eve)) as [[Arrived]]
  expect(mail.subject).toBe('您有 1 条未读消息')
  expect(mail.text).toContain('bo： 1 条新消息')
  for (const method of ['GET', 'HEAD'] as const) {
    const page = await follows(mail, method, 'zh')
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ])
    if (method === 'GET') expect(await page.text()).toContain('<form method="post"')
  }
  expect(await wished(eve)).toBe('weekly')
  const again = await eve.connects()
  const { next_cursor: cursor } = await eve.does('sync.get', {})
  const answers = await Promise.all([follows(mail, 'POST'), follows(mail, 'POST')])
  expect(answers.map(({ status, redirected }) => [status, redirected])).toEqual([
    [200, false],
    [200, false],
  ])
  expect(await answers[0]!.text()).toContain('You get no more of these mails')
  expect((await again.hears('changed')).data).toEqual({ what: 'settings' })
  expect(await wished(eve)).toBe('off')
  const [change] = (await eve.does('sync.get', { cursor })).events
  expect(change).toMatchObject({ type: 'settings', data: { email: { digest: 'off' } } })
  // It can be wanted again; and a link that is not ours ends nothing.
  await wants(eve, 'weekly')
  const [, link = ''] = /unsubscribe\/([\w-]+)/.exec(mail.text!) ?? []
  const turned = link.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))
  const foreign = worker().seal.close('delivery of 1')
  for (const token of [turned, foreign, 'x', link.slice(1)]) {
    for (const method of ['GET', 'POST']) {
      const { status } = await fetch(`${app.url()}/unsubscribe/${token}`, { method })
      expect([token, method, status]).toEqual([token, method, 404])
    }
  }
  expect(await wished(eve)).toBe('weekly')
  await again.close()
})

test('a worker that dies anywhere tells nobody twice, and nobody not', async () => {
  const [fay, gil] = [await comes('fay', 'daily'), await comes('gil', 'daily')]
  for (const each of [fay, gil]) {
    await bo.befriends(each)
    await bo.says(each, 'hi')
  }
  clock.ahead += 1.1 * dayMs
  const transact = () => Promise.reject(new Error('died'))
  await expect(tellAway({ ...worker(), transact })).rejects.toThrow('died')
  expect(await mailsOf(fay, gil)).toEqual([[], []])
  // No more than one a day for all, and whose turn it was not has it later.
  const config = { ...worker().config, digestsPerDay: (await toldToday()) + 1 }
  const small = { ...worker(), config }
  small.transact = (work) => worker().transact((tx) => work({ ...tx, config }))
  await tellAway(small)
  const [first, second] = await mailsOf(fay, gil)
  expect(first!.length + second!.length).toBe(1)
  await passes(limits.digest.againMs / dayMs)
  const mails = await mailsOf(fay, gil)
  expect(mails.map((each) => each.length)).toEqual([1, 1])
  // The job comes once more: it was mailed.
  const [row] = await sql()<{ user: number; at: Date }[]>`
    select user_id as user, told_at as at from email_settings
    where user_id = (select id from users where user_id = ${fay.userId})`
  // Without a mail server it is put off, if there is anything to be mailed.
  const work = { ctx: worker(), mailer: null } as unknown as Work
  const comesAgain = () => mailDigest(work, { user: row!.user, at: row!.at.getTime() })
  await comesAgain()
  // Nobody knows that it was taken; and then she has come back.
  await sql()`update email_settings set mailed_at = null where user_id = ${row!.user}`
  await expect(comesAgain()).rejects.toThrow('no mail server is set')
  await fay.connects()
  await comesAgain()
  expect((await mailsOf(fay))[0]).toHaveLength(1)
})

async function toldToday(): Promise<number> {
  const [row] = await sql()<{ count: number }[]>`
    select count(*) from email_settings
    where told_at > ${new Date(clock.now().getTime() - dayMs)}`
  return row!.count
}

test('without PUBLIC_URL there are none, and the log says why, once', async () => {
  const said: string[] = []
  const write = (chunk: unknown, _: unknown, done: () => void) => (said.push(String(chunk)), done())
  const log = pino({ level: 'warn' }, new Writable({ write }))
  const hal = await comes('hal', 'daily')
  await bo.befriends(hal)
  await bo.says(hal, 'hi')
  clock.ahead += 1.1 * dayMs
  const sender = new DigestSender({
    ...worker(),
    log,
    config: { ...worker().config, publicUrl: '' },
  })
  await sender.look()
  await sender.look()
  expect(said.map((line) => JSON.parse(line).why)).toEqual(['no PUBLIC_URL'])
  expect(await mailsOf(hal)).toEqual([[]])
})
