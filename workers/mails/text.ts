// The plain text of a mail. It says what the HTML says, word for word.
import type { MailLine, MailText } from '../../src/texts/mails.ts'

export function asText({ title, lines }: MailText, end: string): string {
  return `${[title, ...lines.map(paragraph), `-- \n${end}`].join('\n\n')}\n`
}

function paragraph(line: MailLine): string {
  if (typeof line === 'string') return line
  // Alone on its line, where people and programs find it.
  if ('code' in line) return line.code
  if ('big' in line) return line.big
  if ('facts' in line) return line.facts.map(([name, value]) => `${name} ${value}`).join('\n')
  if ('link' in line) return `${line.label}\n${line.link}`
  return 'fine' in line ? line.fine : `${line.label}\n${line.aside}`
}
