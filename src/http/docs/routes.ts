// The documents and their pages over HTTP: public, the same for everybody, no secret in them.
import { Elysia } from 'elysia'
import { createHash } from 'node:crypto'
import { Failure } from '../../core/failure.ts'
import { Assets } from './assets.ts'
import { loadDocuments, type Documents } from './documents.ts'
import { docsPaths } from './addresses.ts'
import { referencePage } from './reference-page.ts'
import { socketPage } from './socket-page.ts'

/**
 * Nothing from elsewhere, nothing inline, no frame around the page; "try it" asks this server only.
 * Swagger UI sets its styles through the DOM, which needs no exception; its icons are `data:`.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const pageHeaders = {
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

const forever = 'public, max-age=31536000, immutable'

export function docsRoutes() {
  let loading: Promise<Assets> | undefined
  const assets = () => (loading ??= Assets.load())
  let reading: Promise<Answers> | undefined
  const answers = () => (reading ??= loadDocuments().then(answersOf))
  return new Elysia({ name: 'docs' })
    .get(docsPaths.openapi, async ({ request }) => (await answers()).openapi(request))
    .get(docsPaths.asyncapi, async ({ request }) => (await answers()).asyncapi(request))
    .get(docsPaths.page, async ({ request }) =>
      revalidated(referencePage(await assets()), 'text/html; charset=utf-8')(request),
    )
    .get(docsPaths.socketPage, async ({ request }) =>
      revalidated(
        (await answers()).socketPage(await assets()),
        'text/html; charset=utf-8',
      )(request),
    )
    .get(`${docsPaths.assets}/:file`, async ({ request, params }) => {
      const asset = (await assets()).at(`${docsPaths.assets}/${params.file}`)
      if (!asset) throw new Failure('notFound')
      // Public files without a secret in them: compressing these invites nothing.
      const zipped = (request.headers.get('accept-encoding') ?? '').includes('gzip')
      return new Response(zipped ? asset.gzipped : asset.plain, {
        headers: {
          'content-type': asset.type,
          'cache-control': forever,
          'x-content-type-options': 'nosniff',
          vary: 'accept-encoding',
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
        },
      })
    })
}

type Answers = ReturnType<typeof answersOf>

/** What is made of the files once: the documents, and the page that shows one of them. */
function answersOf({ asyncapi, openapiText, asyncapiText }: Documents) {
  return {
    openapi: revalidated(openapiText, 'application/json'),
    asyncapi: revalidated(asyncapiText, 'application/json'),
    socketPage: socketPage(asyncapi),
  }
}

/** A text browsers keep and ask about: 304 while it is the same. */
function revalidated(text: string, type: string) {
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`
  return (request: Request): Response => {
    const headers = { ...pageHeaders, etag, 'cache-control': 'no-cache' }
    if (request.headers.get('if-none-match') === etag) {
      return new Response(null, { status: 304, headers })
    }
    return new Response(text, { headers: { ...headers, 'content-type': type } })
  }
}
