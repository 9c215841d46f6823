// GET /docs: Swagger UI over the OpenAPI document, with "try it" against this server, and below it
// every code a refusal can have.
import type { Assets } from './assets.ts'
import { errors, type ErrorName } from '../../protocol/errors.ts'
import { en } from '../../texts/en.ts'
import { escape, page } from './html.ts'
import { docsPaths } from './addresses.ts'

const rows = Object.entries(errors).map(
  ([name, { code, status, retryable }]) =>
    `<tr><td>${code}</td><td>${status}</td><td>${escape(en.errors[name as ErrorName])}</td>
<td>${retryable ? 'yes' : 'no'}</td></tr>`,
)

/** Without a script too; a code is what programs go by. */
const errorTable = `<section class="errors" id="errors"><h2>Errors</h2>
<p>A refusal is <code>{code, msg, data}</code>. Programs go by <code>code</code>; <code>msg</code> is
for people, in their language; <code>data</code> says which field, or how long to wait.</p>
<div class="table"><table>
<thead><tr><th>Code</th><th>HTTP</th><th>Says</th><th>Worth a retry</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`

export function referencePage(assets: Assets): string {
  return page(assets, {
    title: 'Curlew: REST',
    here: docsPaths.page,
    styles: ['swagger-ui.css', 'page.css', 'viewer.css'],
    scripts: ['swagger-ui.js', 'viewer.js'],
    body: `<div id="viewer" data-document="${docsPaths.openapi}"></div>
${errorTable}
<noscript><main>This page needs JavaScript; the document itself does not:
<a href="${docsPaths.openapi}">${docsPaths.openapi}</a></main></noscript>`,
  })
}
