// The words of the mails, in text and HTML.
import type { Locale } from '../src/core/actor.ts'
import type { Letter, MailKind, MailWords } from '../src/features/accounts/mails.ts'
import type { Mail } from '../src/infra/mail.ts'

interface Draft {
  readonly subject: string
  /** Paragraphs in order; the one that stands out is marked. */
  readonly lines: readonly (string | { readonly big: string })[]
}

type Writers = { readonly [K in MailKind]: Record<Locale, (words: MailWords[K]) => Draft> }

const writers: Writers = {
  code: {
    en: ({ code, minutes }) => ({
      subject: `${code} is your code`,
      lines: [
        'Your code is',
        { big: code },
        `It is good for ${minutes} minutes and for one use. If you did not ask for it, do nothing.`,
      ],
    }),
    zh: ({ code, minutes }) => ({
      subject: `您的验证码是 ${code}`,
      lines: [
        '您的验证码是',
        { big: code },
        `${minutes} 分钟内有效，仅可使用一次。如非本人操作，请忽略本邮件。`,
      ],
    }),
  },
  welcome: {
    en: ({ nickname }) => ({ subject: 'Welcome', lines: [`Welcome, ${nickname}.`] }),
    zh: ({ nickname }) => ({ subject: '欢迎', lines: [`${nickname}，欢迎您。`] }),
  },
  newDevice: {
    en: (words) => ({
      subject: 'A new sign-in',
      lines: [`Hello ${words.nickname},`, `${words.device} (${words.address}), ${words.at}`],
    }),
    zh: (words) => ({
      subject: '新的登录',
      lines: [`${words.nickname}，您好：`, `${words.device}（${words.address}），${words.at}`],
    }),
  },
  passwordChanged: {
    en: ({ nickname, at }) => ({
      subject: 'Your password was changed',
      lines: [`Hello ${nickname},`, `your password was changed at ${at}.`],
    }),
    zh: ({ nickname, at }) => ({
      subject: '密码已修改',
      lines: [`${nickname}，您好：`, `您的密码已于 ${at} 修改。`],
    }),
  },
  deletionScheduled: {
    en: ({ nickname, until }) => ({
      subject: 'Your account will be deleted',
      lines: [`Hello ${nickname},`, `your account will be deleted at ${until}.`],
    }),
    zh: ({ nickname, until }) => ({
      subject: '账号即将注销',
      lines: [`${nickname}，您好：`, `您的账号将于 ${until} 注销。`],
    }),
  },
  exportReady: {
    en: ({ nickname, url, until }) => ({
      subject: 'Your data is ready',
      lines: [`Hello ${nickname},`, url, `The link works once, until ${until}.`],
    }),
    zh: ({ nickname, url, until }) => ({
      subject: '您的数据已可下载',
      lines: [`${nickname}，您好：`, url, `链接仅可使用一次，有效期至 ${until}。`],
    }),
  },
}

const bodyStyle = 'font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:2em auto'

export function render<K extends MailKind>({ kind, to, locale, words }: Letter<K>): Mail {
  const { subject, lines } = writers[kind][locale](words)
  const texts = lines.map((line) => (typeof line === 'string' ? line : line.big))
  const paragraphs = lines.map((line) =>
    typeof line === 'string'
      ? `<p>${escapeHtml(line)}</p>`
      : `<p style="font-size:2em;letter-spacing:.2em;font-weight:600">${escapeHtml(line.big)}</p>`,
  )
  return {
    to,
    subject,
    text: `${texts.join('\n')}\n`,
    html: `<div style="${bodyStyle}">${paragraphs.join('')}</div>`,
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] as string)
}
