// Letter → mail: its words in the reader's language, as text and as HTML.
import { texts } from '../../src/texts/texts.ts'
import type { MailKind, MailText, MailWords } from '../../src/texts/mails.ts'
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
  const { lines, ...rest } = write(cleaned(letter))
  // A link that is none is left out: an empty button leads nowhere.
  const text = { ...rest, lines: lines.filter((line) => (line as { link?: string }).link !== '') }
  const end = language.mailEnd(nameOf(sender))
  return {
    id,
    date: new Date(letter.at),
    to,
    subject: text.subject,
    text: asText(text, end),
    html: asHtml(text, end, language.admin.lang),
  }
}

/** Every word by its name: what is not named here goes in as it is, and is ours. */
function cleaned({ words, locale }: Letter): MailWords[MailKind] {
  const clean: Readonly<Record<string, (word: string) => string>> = {
    nickname: cleanName,
    device: cleanDevice,
    address: (word) => cleanName(word),
    at: (word) => readable(word, locale),
    until: (word) => readable(word, locale),
    url: cleanLink,
  }
  const entries = Object.entries(words).map(([name, word]) => [
    name,
    typeof word === 'string' ? (clean[name]?.(word) ?? word) : word,
  ])
  return Object.fromEntries(entries) as MailWords[MailKind]
}

/** `Curlew <no-reply@example.com>` → Curlew; a bare address stays. */
function nameOf(sender: string): string {
  const before = sender.slice(0, Math.max(0, sender.indexOf('<')))
  const name = before.replaceAll('"', '').trim()
  return name || sender.replaceAll(/[<>]/g, '').trim()
}
