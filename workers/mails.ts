// The words of the mails, in text and HTML.
import type { Locale } from '../src/core/actor.ts'
import type { Mail } from '../src/infra/mail.ts'

const words = {
  en: {
    subject: (code: string) => `${code} is your code`,
    lead: 'Your code is',
    tail: (minutes: number) =>
      `It is good for ${minutes} minutes and for one use. If you did not ask for it, do nothing.`,
  },
  zh: {
    subject: (code: string) => `您的验证码是 ${code}`,
    lead: '您的验证码是',
    tail: (minutes: number) => `${minutes} 分钟内有效，仅可使用一次。如非本人操作，请忽略本邮件。`,
  },
} as const

export function codeMail(to: string, code: string, minutes: number, locale: Locale): Mail {
  const { subject, lead, tail } = words[locale]
  return {
    to,
    subject: subject(code),
    text: `${lead} ${code}\n\n${tail(minutes)}\n`,
    html: [
      '<div style="font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:2em auto">',
      `<p>${escapeHtml(lead)}</p>`,
      `<p style="font-size:2em;letter-spacing:.2em;font-weight:600">${escapeHtml(code)}</p>`,
      `<p style="opacity:.7">${escapeHtml(tail(minutes))}</p></div>`,
    ].join(''),
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
