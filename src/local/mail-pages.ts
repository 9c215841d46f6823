// The pages of the mail catcher: plain HTML, no script, nothing loaded from elsewhere.
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

function page(title: string, body: string, head = '') {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${head}
<title>${escape(title)}</title><style>${style}</style></head><body>${body}</body></html>`
}

function titleOf(mail: CaughtMail) {
  return mail.subject || '(no subject)'
}

function about(mail: CaughtMail) {
  const parts = [`to ${mail.to.join(', ')}`, `from ${mail.from}`, localTime(mail.date)]
  return `<div class="dim">${parts.map((part) => escape(part)).join(' · ')}</div>`
}

/** The page is for whoever sits at this machine: its time zone is theirs. */
function localTime(date: string) {
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'long',
  }).format(new Date(date))
}

function deleteButton(path: string, words: string) {
  return `<form method="post" action="${path}"><button>${words}</button></form>`
}

export function listPage(mails: readonly CaughtMail[], query = '') {
  const items = mails.map(
    (mail) => `<li><div><a href="/mails/${mail.id}">${escape(titleOf(mail))}</a>${about(mail)}</div>
${deleteButton(`/mails/${mail.id}/delete`, 'Delete')}</li>`,
  )
  const none = query === '' ? 'No mail yet.' : 'No mail has these words.'
  const list = items.length > 0 ? `<ul>${items.join('')}</ul>` : `<p>${none}</p>`
  const bar = `<div class="bar"><form role="search"><input type="search" name="q" maxlength="200"
placeholder="Address, subject or text" aria-label="Search" value="${escape(query)}">
<button>Search</button></form>${deleteButton('/delete-all', 'Delete all')}</div>`
  const hint = '<p class="dim">Mail sent by this installation ends here; nothing is delivered.'
  const more = ' This page reloads every 5 seconds. Also as <a href="/mails.json">JSON</a>.</p>'
  return page(
    'Mails',
    `<h1>Mails</h1>${hint}${more}${bar}${list}`,
    // Not while somebody looks for something: what they type would be gone.
    query === '' ? '<meta http-equiv="refresh" content="5">' : '',
  )
}

/** A foreign page inside ours: the sandbox lets it neither run scripts nor reach anything. */
export function mailPage(mail: CaughtMail) {
  const text = mail.text ? `<h2>Text</h2><pre>${escape(mail.text)}</pre>` : ''
  const frame = `<iframe sandbox title="HTML part" src="/mails/${mail.id}/html"></iframe>`
  const html = mail.html ? `<h2>HTML</h2>${frame}` : ''
  const title = titleOf(mail)
  const bar = `<div class="row"><a href="/">← All mails</a>
${deleteButton(`/mails/${mail.id}/delete`, 'Delete')}</div>`
  const head = `${bar}<h1>${escape(title)}</h1>${about(mail)}`
  return page(title, head + text + html)
}

export function missingPage() {
  return page('Not found', '<p><a href="/">← All mails</a></p><h1>This mail is not here.</h1>')
}
