// GET /docs: Swagger UI over the OpenAPI document, with "try it" against this server.
import type { Assets } from './assets.ts'
import { page } from './html.ts'
import { places } from './places.ts'

export function referencePage(assets: Assets): string {
  return page(assets, {
    title: 'Curlew: REST',
    here: places.page,
    styles: ['swagger-ui.css', 'page.css', 'viewer.css'],
    scripts: ['swagger-ui.js', 'viewer.js'],
    body: `<div id="viewer" data-document="${places.openapi}"></div>
<noscript><main>This page needs JavaScript; the document itself does not:
<a href="${places.openapi}">${places.openapi}</a></main></noscript>`,
  })
}
