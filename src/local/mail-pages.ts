// The pages of the mail catcher: plain HTML that works without its script (mails.js), nothing loaded
// from elsewhere. A search goes along from page to page, as `?q=`.
import type { CaughtMail } from './mail-store.ts'

const { escapeHTML: escape } = Bun

const style = `
  :root { color-scheme: light dark; --line: #8884; --dim: light-dark(#5b6167, #a8aeb5);
    --link: light-dark(#0b57d0, #8ab4f8) }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem;
    background: light-dark(#fff, #16181c); color: light-dark(#1c1d20, #e6e6e6) }
  a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
  h1 { font-size: 1.35rem; overflow-wrap: anywhere } h2 { font-size: 1rem; margin-top: 2rem }
  ul { list-style: none; padding: 0 }
  li { padding: .7rem 0; border-bottom: 1px solid var(--line); display: flex; gap: 1rem;
    align-items: start; justify-content: space-between }
  li > div { min-width: 0 }
  form { display: flex; gap: .5rem; flex: none; margin: 0 } .bar { margin: 1rem 0; flex-wrap: wrap }
  .bar, .row { display: flex; gap: .5rem; justify-content: space-between; align-items: start }
  input, button { font: inherit; color: inherit; padding: .3rem .7rem; border-radius: 8px;
    border: 1px solid var(--line); background: none } button { cursor: pointer }
  input { flex: 1; min-width: 8rem }
  .dim { color: var(--dim); font-size: .875rem; overflow-wrap: anywhere }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line);
    border-radius: 8px; padding: 1rem; font: inherit }
  iframe { width: 100%; height: 36rem; border: 1px solid var(--line); border-radius: 8px;
    background: #fff; background-clip: padding-box }`

export const scriptPath = '/mails.js'

function page(title: string, body: string) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${style}</style>
<script src="${scriptPath}" defer></script></head><body>${body}</body></html>`
}

function titleOf(mail: CaughtMail) {
  return mail.subject || '(no subject)'
}

function about(mail: CaughtMail) {
  const parts = [`to ${mail.to.join(', ')}`, `from ${mail.from}`].map((part) => escape(part))
  const time = `<time datetime="${mail.date}">${localTime(mail.date)}</time>`
  return `<div class="dim">${[...parts, time].join(' · ')}</div>`
}

/** In this machine's zone; the script turns it into the reader's, who may sit elsewhere. */
function localTime(date: string) {
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'long',
  }).format(new Date(date))
}

/** An address that keeps what is searched for. */
export function withQuery(path: string, query: string) {
  return query === '' ? path : `${path}?q=${encodeURIComponent(query)}`
}

function link(path: string, query: string, words: string) {
  return `<a href="${escape(withQuery(path, query))}">${escape(words)}</a>`
}

function deleteButton(path: string, query: string, words = 'Delete') {
  const action = escape(withQuery(path, query))
  return `<form method="post" action="${action}"><button>${words}</button></form>`
}

function listItem(mail: CaughtMail, query: string) {
  const title = link(`/mails/${mail.id}`, query, titleOf(mail))
  const button = deleteButton(`/mails/${mail.id}/delete`, query)
  return `<li><div>${title}${about(mail)}</div>\n${button}</li>`
}

export function listPage(mails: readonly CaughtMail[], query = '') {
  const items = mails.map((mail) => listItem(mail, query))
  const none = query === '' ? 'No mail yet.' : 'No mail has these words.'
  const list = items.length > 0 ? `<ul>${items.join('')}</ul>` : `<p>${none}</p>`
  const these = query === '' ? 'Delete all' : 'Delete these'
  const bar = `<div class="bar"><form role="search"><input type="search" name="q" size="28" maxlength="200"
placeholder="Address, subject or text" aria-label="Search" value="${escape(query)}">
<button>Search</button></form>${deleteButton('/delete-all', query, these)}</div>`
  const hint = '<p class="dim">Mail sent by this installation ends here; nothing is delivered.'
  const fresh = ' New mail appears here by itself<noscript>, with JavaScript</noscript>.'
  const more = ' Also as <a href="/mails.json">JSON</a>.</p>'
  return page('Mails', `<h1>Mails</h1>${hint}${fresh}${more}${bar}<div id="list">${list}</div>`)
}

/** A foreign page inside ours: the sandbox lets it neither run scripts nor reach anything. */
export function mailPage(mail: CaughtMail, query = '') {
  const text = mail.text ? `<h2>Text</h2><pre>${escape(mail.text)}</pre>` : ''
  const frame = `<iframe sandbox title="HTML part" src="/mails/${mail.id}/html"></iframe>`
  const html = mail.html ? `<h2>HTML</h2>${frame}` : ''
  const title = titleOf(mail)
  const bar = `<div class="row">${link('/', query, query === '' ? '← All mails' : '← Mails found')}
${deleteButton(`/mails/${mail.id}/delete`, query)}</div>`
  const head = `${bar}<h1>${escape(title)}</h1>${about(mail)}`
  return page(title, head + text + html)
}

export function missingPage() {
  return page('Not found', '<p><a href="/">← All mails</a></p><h1>This mail is not here.</h1>')
}
