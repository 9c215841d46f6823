// The HTML of a mail: one column, no pictures, nothing loaded from anywhere, light or dark as the
// reader has it. Styles stand on the elements, for many programs drop style sheets; the sheet only
// adds what needs one.
import type { MailLine, MailText } from '../../src/texts/mails.ts'

const { escapeHTML: escape } = Bun

const sheet = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
body{background:#111317!important;color:#e8e8ea!important}
.card{background:#1c1f25!important}
.soft{color:#a4a8b0!important}
.code{background:#2a2e36!important}
.button{background:#8ab4f8!important;color:#10131a!important}
a{color:#8ab4f8}
}`

const styles = {
  body: `margin:0;padding:24px 12px;background:#f2f3f5;color:#1c1d20;\
font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',sans-serif`,
  card: 'max-width:32em;margin:0 auto;padding:28px;background:#ffffff;border-radius:12px',
  title: 'margin:0 0 16px;font-size:22px;line-height:1.3',
  line: 'margin:0 0 16px;overflow-wrap:anywhere',
  code: `margin:0 0 16px;padding:14px;background:#f2f3f5;border-radius:8px;text-align:center;\
font:700 32px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:6px`,
  big: 'margin:0 0 16px;font-size:20px;font-weight:600',
  facts: 'margin:0 0 16px;border-collapse:collapse',
  name: `padding:2px 16px 2px 0;text-align:left;vertical-align:top;overflow-wrap:break-word;\
max-width:14em;font-weight:400;color:#5c616b`,
  value: 'padding:2px 0;vertical-align:top;overflow-wrap:anywhere',
  button: `display:inline-block;padding:10px 18px;background:#0b57d0;color:#ffffff;\
border-radius:8px;text-decoration:none;font-weight:600`,
  fine: 'margin:0 0 12px;font-size:14px;color:#5c616b;overflow-wrap:anywhere',
  foot: 'max-width:32em;margin:16px auto 0;padding:0 28px',
  end: 'margin:0;font-size:13px;color:#5c616b',
} as const

export function asHtml({ subject, title, lines }: MailText, end: string, lang: string): string {
  return `<!doctype html>
<html lang="${lang}" dir="ltr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(subject)}</title><style>${sheet}</style></head>
<body style="${styles.body}"><div class="card" role="article" style="${styles.card}">
<h1 style="${styles.title}">${escape(title)}</h1>
${lines.map(paragraph).join('\n')}
</div>
<div style="${styles.foot}"><p class="soft" style="${styles.end}">${escape(end)}</p></div></body></html>
`
}

function paragraph(line: MailLine): string {
  if (typeof line === 'string') return `<p style="${styles.line}">${escape(line)}</p>`
  if ('code' in line) return `<p class="code" style="${styles.code}">${escape(line.code)}</p>`
  if ('big' in line) return `<p style="${styles.big}">${escape(line.big)}</p>`
  if ('facts' in line)
    return `<table style="${styles.facts}">${line.facts.map(fact).join('')}</table>`
  if ('link' in line) return link(line.link, line.label)
  if ('aside' in line) return aside(line.aside, line.label)
  return `<p class="soft" style="${styles.fine}">${escape(line.fine)}</p>`
}

function fact([name, value]: readonly [string, string]): string {
  return `<tr><th scope="row" class="soft" style="${styles.name}">${escape(name)}</th>\
<td style="${styles.value}">${escape(value)}</td></tr>`
}

function aside(url: string, label: string): string {
  const address = escape(url)
  return `<p class="soft" style="${styles.fine}"><a href="${address}">${escape(label)}</a><br>${address}</p>`
}

/** The address is also written out, for programs that show no links and people who mistrust them. */
function link(url: string, label: string): string {
  const address = escape(url)
  return `<p style="${styles.line}">\
<a class="button" href="${address}" style="${styles.button}">${escape(label)}</a></p>
<p class="soft" style="${styles.fine}">${address}</p>`
}
