// Mails: what arrives at a real mail server, in every kind and language, and nothing else.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Locale } from '../../src/core/actor.ts'
import { sendMail } from '../../src/features/mails/letter.ts'
import type { MailKind, MailWords } from '../../src/texts/mails.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { at, nickname, url, words } from '../support/letters.ts'
import { SmtpProcess, type Arrived } from '../support/smtp.ts'

let smtp: SmtpProcess
let app: Installation
beforeAll(async () => {
  smtp = await SmtpProcess.start()
  const env = { SMTP_PORT: String(smtp.port), MAIL_FROM: 'Curlew <no-reply@chat.example.org>' }
  app = await install({ env })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await smtp[Symbol.asyncDispose]()
})

let count = 0
const someone = () => `someone-${++count}@example.com`

async function mail<K extends MailKind>(
  kind: K,
  about: MailWords[K],
  email = someone(),
  locale: Locale = 'en',
): Promise<string> {
  const { ctx } = app.nodes[0]!
  await ctx.transact(async (tx) => sendMail(tx, kind, { email, locale }, about))
  return email
}

/** What must stand in it, by language. */
const expected: { readonly [K in MailKind]: Record<Locale, [subject: string, ...string[]]> } = {
  code: { en: ['482913 is your code', '5 minutes'], zh: ['您的验证码是 482913', '5 分钟'] },
  welcome: { en: ['Welcome', 'Hello Ada,'], zh: ['欢迎加入', 'Ada，您好：'] },
  newDevice: {
    en: ['A new sign-in to your account', 'Firefox 150 on Linux', '24 November 2026 at 13:05 UTC'],
    zh: ['您的账号有新的登录', '203.0.113.7', '2026年11月24日 13:05 UTC'],
  },
  passwordChanged: {
    en: ['Your password was changed', '24 November 2026 at 13:05 UTC'],
    zh: ['您的密码已修改', '2026年11月24日 13:05 UTC'],
  },
  deletionScheduled: {
    en: ['Your account will be deleted', '24 November 2026 at 13:05 UTC', 'sign in again before'],
    zh: ['您的账号即将注销', '2026年11月24日 13:05 UTC', '重新登录'],
  },
  exportReady: { en: ['Your data is ready', url], zh: ['您的数据已可下载', url] },
  digest: {
    en: [
      '12 new messages while you were away',
      'Heron: 9 new messages, the last one: Bo: see you\nBo: 1 new message\n',
      'one more conversation',
      words.digest.stop,
    ],
    zh: ['您有 12 条未读消息', 'Bo： 1 条新消息', '另有 1 个会话', words.digest.stop],
  },
}

/** Where it leads, by kind. */
const links: { readonly [K in MailKind]?: readonly string[] } = {
  exportReady: [url.replace('&', '&amp;')],
  digest: [words.digest.url, words.digest.stop],
}

const kinds = Object.keys(words) as MailKind[]
const cases = kinds.flatMap((kind) =>
  (['en', 'zh'] as const).map((locale) => [kind, locale] as const),
)

/** What a reader of the HTML reads. */
function readHtml(html: string): string {
  return html
    .replace(/<head>.*<\/head>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
}

const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

function header(arrived: Arrived, name: string): string[] {
  return arrived.headers.filter(({ key }) => key === name).map(({ value }) => value)
}

describe.each(cases)('%s in %s', (kind, locale) => {
  let arrived: Arrived
  beforeAll(async () => {
    arrived = await smtp.mailTo(await mail(kind, words[kind], someone(), locale))
  })

  test('arrives with its words, in text and HTML alike', () => {
    const [subject, ...told] = expected[kind][locale]
    expect(arrived.subject).toBe(subject)
    for (const each of told) expect(arrived.text).toContain(each)
    expect(flat(readHtml(arrived.html!))).toBe(flat(arrived.text!.replace('\n-- \n', '\n')))
    expect(arrived.html).toContain(`<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}"`)
    // Nobody should read the other language's words.
    const chinese = /\p{Script=Han}/u.test(arrived.text!)
    expect(chinese).toBe(locale === 'zh')
  })

  test('loads nothing, runs nothing, follows nobody', () => {
    expect(arrived.html).not.toMatch(
      /<(img|script|link|iframe|form|object|base)\b|@import|url\(|\bon\w+=/i,
    )
    const addresses = [...arrived.html!.matchAll(/(?:href|src|action)="([^"]*)"/g)]
    expect(addresses.map((match) => match[1]!)).toEqual([...(links[kind] ?? [])])
    expect(arrived.html!.length).toBeLessThan(5_000)
  })

  test('has the headers of an automatic mail, and goes to one address', () => {
    expect(header(arrived, 'auto-submitted')).toEqual(['auto-generated'])
    expect(header(arrived, 'message-id')[0]).toMatch(/^<[0-9a-f]{32}@chat\.example\.org>$/)
    expect(Math.abs(Date.parse(arrived.date!) - Date.now())).toBeLessThan(60_000)
    expect(arrived.to).toEqual([{ name: '', address: arrived.envelope.to[0]! }])
    expect(arrived.envelope.to).toHaveLength(1)
    expect([arrived.from?.name, arrived.from?.address]).toEqual([
      'Curlew',
      'no-reply@chat.example.org',
    ])
    for (const name of ['cc', 'bcc', 'reply-to']) expect(header(arrived, name)).toEqual([])
    // RFC 2369 and RFC 8058, of what people may be rid of: not of what is about their account.
    const isList = kind === 'digest'
    expect(header(arrived, 'list-unsubscribe')).toEqual(isList ? [`<${words.digest.stop}>`] : [])
    expect(header(arrived, 'list-unsubscribe-post')).toEqual(
      isList ? ['List-Unsubscribe=One-Click'] : [],
    )
  })
})

test('the code is the first six digits there are, alone on its line', async () => {
  for (const locale of ['en', 'zh'] as const) {
    const { text } = await smtp.mailTo(await mail('code', words.code, someone(), locale))
    expect(text!.match(/\d{6}/)?.[0]).toBe('482913')
    expect(text).toMatch(/^482913$/m)
  }
})

test('every mail has a Message-ID of its own', async () => {
  const arrived = await Promise.all(
    [1, 2, 3].map(async () => smtp.mailTo(await mail('welcome', words.welcome))),
  )
  expect(new Set(arrived.map((each) => each.messageId)).size).toBe(3)
})

test('codes are in the language of the request that asked for them', async () => {
  const { nodes } = app
  const ask = async (email: string, language: string) =>
    fetch(`http://127.0.0.1:${nodes[0]!.port}/api/v1/users/send-code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': language },
      body: JSON.stringify({ email }),
    })
  const [first, second] = [someone(), someone()]
  await Promise.all([ask(first, 'en;q=0.1, zh'), ask(second, 'fr')])
  expect((await smtp.mailTo(first)).subject).toStartWith('您的验证码是 ')
  expect((await smtp.mailTo(second)).subject).toEndWith(' is your code')
})

describe('what people chose', () => {
  const names: [string, string, string][] = [
    ['line breaks', 'Ada\r\nBcc: eve@example.com\r\n\r\nHi', 'Hello,'],
    [
      'line breaks without an address',
      'Ada\r\nSubject: hi\u2028there',
      'Hello Ada Subject: hi there,',
    ],
    ['markup', `<b onclick="x">'Ada' & "Co"</b>`, `Hello <b onclick="x">'Ada' & "Co"</b>,`],
    ['a script', '<script>alert(1)</script>', 'Hello <script>alert(1)</script>,'],
    ['a turned direction', 'Ada\u202Egnp\u2066x', 'Hello Ada gnp x,'],
    ['nothing to see', '\u200B\u200E', 'Hello,'],
    ['a lone surrogate', 'Ada\uD800', 'Hello Ada,'],
    ['an advertisement', 'You won! Go to evil.example now', 'Hello,'],
    ['an address of the web', 'https://x', 'Hello,'],
    ['initials', 'J.R.R. Tolkien', 'Hello J.R.R. Tolkien,'],
    ['a hidden advertisement', 'evil.\u200dexample', 'Hello,'],
    ['a family', '👨‍👩‍👧 Ada', 'Hello 👨‍👩‍👧 Ada,'],
    ['a flag and a joiner', '🏴󠁧󠁢󠁷󠁬󠁳󠁿 می‌خواهم', 'Hello 🏴󠁧󠁢󠁷󠁬󠁳󠁿 می‌خواهم,'],
    ['a family at its end', `${'a'.repeat(62)}👨‍👩‍👧`, `Hello ${'a'.repeat(62)}…,`],
    ['great length', '字'.repeat(10_000), `Hello ${'字'.repeat(64)}…,`],
  ]
  test.each(names)('a nickname with %s', async (_, name, greeting) => {
    const arrived = await smtp.mailTo(await mail('welcome', { nickname: name }))
    expect(arrived.text!.split('\n')[2]).toBe(greeting)
    expect(flat(readHtml(arrived.html!))).toContain(flat(greeting))
    expect(arrived.html).not.toMatch(/<(b|script)\b/)
    expect(arrived.html!.match(/<p /g)).toHaveLength(4)
    expect(header(arrived, 'bcc')).toEqual([])
    expect(header(arrived, 'subject')).toEqual(['Welcome'])
    expect(arrived.headers.map(({ key }) => key).toSorted()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ])
  })

  test('a device and a network address are shown, bounded and harmless', async () => {
    const device = `Mozilla/5.0 (X11; Linux x86_64)\r\n<img src=x>${' long'.repeat(100)}`
    const hostile = { nickname, device, address: '::1\r\nX: y', at: 'no time\r\nat all' }
    const { text, html } = await smtp.mailTo(await mail('newDevice', hostile))
    expect(text).toMatch(/^Device: Mozilla\/5\.0 \(X11; Linux x86_64\) <img src=x>( long)+ l…$/m)
    expect(text).toMatch(/^Network address: ::1 X: y$/m)
    expect(text).toMatch(/^Time: no time at all$/m)
    expect(html).not.toContain('<img')
  })

  test('a device that looks like a link is not named', async () => {
    const device = 'Call www.evil.example'
    const { text } = await smtp.mailTo(await mail('newDevice', { ...words.newDevice, device }))
    expect(text).toMatch(/^Device: unknown$/m)
  })

  test.each(['javascript:alert(1)', 'file:///etc/passwd', '/etc/passwd', 'data:text/html,x', ''])(
    'no link but one of the web is mailed: %s',
    async (bad) => {
      const { text, html } = await smtp.mailTo(
        await mail('exportReady', { nickname, url: bad, until: at }),
      )
      expect(html).not.toContain('href')
      expect(text).not.toContain('Download')
      if (bad !== '') expect(text + html!).not.toContain(bad)
    },
  )
})

describe('addresses', () => {
  test('strange ones that are addresses get their mail, and nobody else does', async () => {
    const strange = ['-oQ/tmp@example.com', 'ädä@example.com', "o'neil+x%y!z@example.com"]
    for (const address of strange) {
      await mail('welcome', words.welcome, address)
      const arrived = await smtp.mailTo(address)
      expect(arrived.envelope.to).toEqual([address])
      expect(header(arrived, 'to')).toHaveLength(1)
    }
  })

  const bad = [
    'a@b.example,c@d.example',
    'a@b.example c@d.example',
    'a@b.example\r\nRCPT TO:<c@d.example>',
    'a\r\nBcc: c@d.example\r\n@b.example',
    '<c@d.example>a@b.example',
    '"c@d.example"@b.example',
    '"a"<c@d.example>',
    'c\u202E@d.example',
    'c@d.example\u0000',
    `${'c'.repeat(70)}@d.example`,
    `c@${'d.example.'.repeat(50)}org`,
    'group:c@d.example;',
    'c@[127.0.0.1]',
    'c',
    '',
  ]
  test('what is no single plain address reaches no mail server', async () => {
    const before = smtp.connections
    for (const address of bad) await mail('welcome', words.welcome, address)
    const refused = () => mailsBy('refused')
    await eventually(async () => (await refused()) === bad.length, { what: 'all refused' })
    expect(smtp.connections).toBe(before)
    const asked = smtp.news.flatMap((each) => (each.news === 'asked' ? [each.to] : []))
    expect(asked.filter((address) => address.includes('c@d') || address.includes('b.ex'))).toEqual(
      [],
    )
  })
})

async function mailsBy(outcome: string): Promise<number> {
  const { values } = await app.workerProcess!.ctx.metrics.mails.get()
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
}
