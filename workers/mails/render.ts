// Letter → mail: its words in the reader's language, as text and as HTML.
import { texts } from '../../src/texts/texts.ts'
import type { Heard, MailKind, MailLine, MailText, MailWords } from '../../src/texts/mails.ts'
import { limits } from '../../src/features/mails/limits.ts'
import type { Letter } from '../../src/features/mails/letter.ts'
import type { Mail } from '../../src/infra/mail.ts'
import { cleanDevice, cleanLink, cleanName, readable } from './clean.ts'
import { asHtml } from './html.ts'
import { asText } from './text.ts'

/** `sender` is MAIL_FROM: a name with an address. */
export function render(letter: Letter, { id, sender }: { id: string; sender: string }): Mail {
  const { kind, to, locale } = letter
  const language = texts[locale]
  const write = language.mails[kind] as (words: MailWords[MailKind]) => MailText
  const words = cleaned(letter)
  const { lines, ...rest } = write(words)
  // A link that is none is left out: an empty button leads nowhere.
  const text = { ...rest, lines: lines.filter((line) => !leadsNowhere(line)) }
  const end = language.mailEnd(nameOf(sender))
  return {
    id,
    date: new Date(letter.at),
    to,
    subject: text.subject,
    text: asText(text, end),
    html: asHtml(text, end, language.admin.lang),
    unsubscribe: 'stop' in words && words.stop !== '' ? words.stop : null,
  }
}

const leadsNowhere = (line: MailLine): boolean =>
  typeof line === 'object' &&
  (('link' in line && line.link === '') || ('aside' in line && line.aside === ''))

/** Every word by its name: what is not named here goes in as it is, and is ours. */
function cleaned({ words, locale }: Letter): MailWords[MailKind] {
  const clean: Readonly<Record<string, (word: string) => string>> = {
    nickname: cleanName,
    device: cleanDevice,
    address: (word) => cleanName(word),
    at: (word) => readable(word, locale),
    until: (word) => readable(word, locale),
    url: cleanLink,
    stop: cleanLink,
  }
  const entries = Object.entries(words).map(([name, word]) => {
    if (name === 'heard') return [name, (word as readonly Heard[]).map(cleanHeard)]
    return [name, typeof word === 'string' ? (clean[name]?.(word) ?? word) : word]
  })
  return Object.fromEntries(entries) as MailWords[MailKind]
}

function cleanHeard({ name, unread, said }: Heard): Heard {
  return { name: cleanName(name), unread, said: said && cleanName(said, limits.mail.saidMax) }
}

/** `Curlew <no-reply@example.com>` → Curlew; a bare address stays. */
function nameOf(sender: string): string {
  const before = sender.slice(0, Math.max(0, sender.indexOf('<')))
  const name = before.replaceAll('"', '').trim()
  return name || sender.replaceAll(/[<>]/g, '').trim()
}
