// Our own admin pages: sign in, first page, refusals. Plain HTML that works without scripts.
import type { Overview } from '../../features/admin/overview.ts'
import { boardPath } from '../../features/admin/policy.ts'
import type { Admin } from '../../features/admin/signin.ts'
import { style } from '../style.ts'
import type { AdminTexts } from '../../texts/en.ts'

const { escapeHTML: escape } = Bun

export function loginPage(
  t: AdminTexts,
  { problem = '', name = '', next = '' }: { problem?: string; name?: string; next?: string } = {},
): string {
  return page(
    t,
    '',
    `<h1>${t.title}</h1>
<p class="soft">${t.signInHint}</p>
${problem ? `<p class="bad" role="alert">${escape(problem)}</p>` : ''}
<form class="login" method="post" action="/admin/login">
<label for="name">${t.name}</label>
<input id="name" name="name" value="${escape(name)}" autocomplete="username" autocapitalize="none"
  spellcheck="false" maxlength="254" required${name ? '' : ' autofocus'}>
<label for="password">${t.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password"
  maxlength="128" required${name ? ' autofocus' : ''}>
${next ? `<input type="hidden" name="next" value="${escape(next)}">` : ''}
<button>${t.signIn}</button>
</form>`,
  )
}

export function homePage(
  t: AdminTexts,
  { actor, role }: Admin,
  { queues, sockets, files }: Overview,
): string {
  return page(
    t,
    'wide',
    `<header><div><h1>${t.title}</h1>
<p class="soft">${t.signedInAs} <strong>${escape(actor.userId)}</strong><br>${t.roles[role]}</p></div>
<form method="post" action="/admin/logout"><button class="quiet">${t.signOut}</button></form>
</header>
<h2>${t.queues}</h2>
${queues ? queueTable(t, queues) : `<p class="bad">${t.redisAway}</p>`}
<p>${t.sockets}: <strong>${sockets}</strong></p>
<p>${t.files}: <strong>${files.files}</strong>, ${mebibytes(files.bytes)}</p>
${files.largest.length > 0 ? `<p class="soft">${t.largest}: ${largestOf(files)}</p>` : ''}
<div class="actions"><a class="button" href="${boardPath}">${t.openBoard}</a>
<a href="/docs">${t.docs}</a></div>`,
  )
}

const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1_048_576)} MiB`

const largestOf = ({ largest }: Overview['files']) =>
  largest.map(([name, bytes]) => `${escape(name)} ${mebibytes(bytes)}`).join(', ')

export function refusalPage(t: AdminTexts, problem: string): string {
  return page(
    t,
    '',
    `<h1>${t.title}</h1><p class="bad" role="alert">${escape(problem)}</p>
<div class="actions"><a href="/admin">${t.back}</a></div>`,
  )
}

function queueTable(t: AdminTexts, queues: NonNullable<Overview['queues']>): string {
  const states = ['waiting', 'delayed', 'active', 'failed'] as const
  const head = states.map((state) => `<th scope="col">${t.states[state]}</th>`).join('')
  const rows = Object.entries(queues).map(([name, depth]) => {
    const cells = states.map((state) => {
      const mark = state === 'failed' && depth[state] > 0 ? ' class="warn"' : ''
      return `<td${mark}>${depth[state]}</td>`
    })
    return `<tr><th scope="row">${escape(name)}</th>${cells.join('')}</tr>`
  })
  return `<div class="table"><table><thead><tr><th scope="col">${t.queue}</th>${head}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`
}

function page(t: AdminTexts, kind: string, body: string): string {
  return `<!doctype html>
<html lang="${t.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${t.title}</title><style>${style}</style></head>
<body><main class="${kind}">
${body}
</main></body></html>
`
}
