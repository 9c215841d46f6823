// Mails: one recipient, our headers, no file and no address read, whatever people call themselves.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import nodemailer from 'nodemailer/package.json'
import { SMTPServer } from 'smtp-server'
import PostalMime from 'postal-mime'
import { systemClock } from '../../src/core/clock.ts'
import { SmtpMailer } from '../../src/infra/mail.smtp.ts'
import { render } from '../../workers/mails/render.ts'
import { install, type Installation } from '../support/installation.ts'
import { eventually } from '../support/eventually.ts'
import { callOperation } from '../support/people.ts'

interface Taken {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
}

let app: Installation
let server: SMTPServer
let mailer: SmtpMailer
const taken: Taken[] = []
beforeAll(async () => {
  app = await install()
  server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    async onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      try {
        for await (const chunk of stream) chunks.push(chunk as Buffer)
      } catch {
        // A mail that was given up half way is none.
        return done(new Error('incomplete'))
      }
      const raw = Buffer.concat(chunks).toString()
      const from = envelope.mailFrom ? envelope.mailFrom.address : ''
      taken.push({ from, to: envelope.rcptTo.map((each) => each.address), raw })
      done()
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  const smtp = { host: '127.0.0.1', port, user: '', password: '' }
  mailer = new SmtpMailer(smtp, 'Curlew <no-reply@localhost>', systemClock)
})
afterAll(async () => {
  mailer.close()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await app[Symbol.asyncDispose]()
})

const mail = {
  id: 'm1',
  date: new Date(0),
  to: 'alice@example.com',
  subject: 'A subject',
  text: 'text',
  html: '<p>html</p>',
}
const headersOf = (raw: string) =>
  (raw.split(/\r?\n\r?\n/)[0] ?? '')
    .split(/\r?\n(?![ \t])/)
    .map((line) => (line.split(':')[0] ?? '').toLowerCase())

const hostileAddresses = [
  'alice@example.com\r\nBcc: mallory@example.com',
  'alice@example.com>\r\nRCPT TO:<mallory@example.com',
  'alice@example.com, mallory@example.com',
  'alice@example.com;mallory@example.com',
  'alice@example.com,mallory',
  'a@b,mallory@example.com',
  'alice@example.com> <mallory@example.com',
  'Alice <mallory@example.com>',
  '"mallory@example.com> "@example.com',
  'mallory@example.com(alice@example.com',
  'group: mallory@example.com;',
  '-oQ/tmp -X/tmp/x@example.com',
  'alice@example.com\0mallory@example.com',
]

test('34 nodemailer CVE-2026-82659, GHSA-268h-hp4c-crq3: one recipient', async () => {
  const [major] = nodemailer.version.split('.').map(Number)
  expect(major).toBeGreaterThanOrEqual(9)
  for (const to of hostileAddresses) {
    const before = taken.length
    const { outcome } = await mailer.send({ ...mail, to })
    for (const each of taken.slice(before)) {
      expect([to, each.to.length]).toEqual([to, 1])
      expect([to, headersOf(each.raw).includes('bcc')]).toEqual([to, false])
      expect([to, /^mallory@/i.test(each.to[0] ?? '')]).toEqual([to, false])
    }
    expect([to, outcome, taken.length - before]).toEqual(
      outcome === 'sent' ? [to, 'sent', 1] : [to, 'refused', 0],
    )
  }
})

test('34 nodemailer CVE-2020-7769, GHSA-r7g4-qg5f-qqm2: no such address gets as far as a mail', async () => {
  const before = app.mails.length
  for (const email of [
    ...hostileAddresses,
    'alice@example.com\u2028',
    'alice@@example.com',
    'alice@example',
    'alice@[127.0.0.1]',
    'alice@exämple.com',
    'älice@example.com\u0000',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(120)}com`,
  ]) {
    for (const [name, more] of [
      ['accounts.sendCode', {}],
      ['accounts.registerWithPassword', { user_id: 'x-x', nickname: 'x', password: '12345678' }],
    ] as const) {
      const answer = await callOperation(app.url(), name, { email, ...more })
      const { field } = answer.data as unknown as { field: string }
      expect([email, answer.status, field]).toEqual([email, 422, 'email'])
    }
  }
  // A dash in front is an address like any other: nothing here is a command line.
  const odd = '-oQ@example.com'
  await callOperation(app.url(), 'accounts.sendCode', { email: odd })
  await app.codeFor(odd)
  expect(app.mails.slice(before).map((each) => each.to)).toEqual([odd.toLowerCase()])
})

test('34 nodemailer GHSA-p6gq-j5cr-w38f: no header, no file', async () => {
  const before = taken.length
  const subject = 'Hi\r\nBcc: mallory@example.com\r\nX-Evil: 1\r\n\r\nbody'
  const bait = { path: '/etc/passwd', href: `${app.url()}/healthz` }
  await mailer.send({ ...mail, subject, text: '\r\n.\r\nMAIL FROM:<evil@example.com>\r\n' })
  // As if a value of the wrong kind had slipped through all types: a mail has no such parts.
  const wrong = [
    { ...mail, text: bait, html: bait },
    { ...mail, raw: bait, attachments: [bait], alternatives: [bait], icalEvent: bait },
  ]
  for (const each of wrong) await mailer.send(each as never).catch(() => {})
  await eventually(() => taken.length > before)
  for (const { raw, to, from } of taken.slice(before)) {
    const names = headersOf(raw)
    expect([names.includes('bcc'), names.includes('x-evil')]).toEqual([false, false])
    expect([to, from]).toEqual([['alice@example.com'], 'no-reply@localhost'])
    expect(raw).not.toMatch(/root:|"status":"ok"|cm9vdD/)
  }
  const [first] = taken.slice(before)
  const parsed = await PostalMime.parse(first!.raw)
  expect(parsed.subject).toContain('Bcc: mallory@example.com')
  expect(parsed.text).toContain('MAIL FROM:<evil@example.com>')
})

test('35 Mattermost CVE-2017-18892: a name is text in every mail, in both languages', () => {
  const nickname = '<img src=x onerror=alert(1)>"\'&</p><script>alert(2)</script>'
  const at = '2026-01-02T03:04:05.678Z'
  const letters = {
    code: { code: '<b>1', minutes: 5 },
    welcome: { nickname },
    newDevice: { nickname, device: nickname, address: nickname, at },
    passwordChanged: { nickname, at },
    deletionScheduled: { nickname, until: at },
    exportReady: { nickname, url: 'https://chat.example/x', until: at },
    digest: {
      nickname,
      messages: 1,
      heard: [{ name: nickname, unread: 1, said: nickname }],
      more: 0,
      url: 'https://chat.example',
      stop: 'https://chat.example/x',
    },
  } as const
  for (const [kind, words] of Object.entries(letters)) {
    for (const locale of ['en', 'zh'] as const) {
      const letter = { kind, to: 'a@example.com', locale, words, at }
      const { html } = render(letter as never, { id: 'm1', sender: 'Curlew <c@example.com>' })
      expect([kind, html.match(/<(img|script|b)\b|onerror="|<\/p><\/p>/g)]).toEqual([kind, null])
      if (kind !== 'code') expect([kind, html.includes('&lt;script&gt;')]).toEqual([kind, true])
    }
  }
})
