// The mail catcher: an SMTP server that delivers nothing and a page that shows what it got.
import { listPage, mailPage, missingPage, scriptPath, withQuery } from './mail-pages.ts'
import { MailStore } from './mail-store.ts'
import { freePortFrom } from './ports.ts'

export type Mails = AsyncDisposable & { smtpPort: number; httpPort: number; url: string }

const host = '127.0.0.1'
const httpPortDefault = 8025

const script = new URL('mails.js', import.meta.url)

const ownPages = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'unsafe-inline'",
  "frame-src 'self'",
  "form-action 'self'",
].join('; ')
const foreignPage = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

function html(body: string, policy: string, status = 200) {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  return new Response(body, { status, headers })
}

/** Codes are secrets: a web page elsewhere must not read them through a name that points here. */
function isLocalName(hostname: string) {
  return hostname === host || hostname === 'localhost'
}

/** Deletes what the address says; only for our own forms, no page elsewhere can post here (CSRF). */
function deletion(request: Request, url: URL, store: MailStore) {
  if (request.headers.get('origin') !== url.origin) {
    return new Response('Only from the page itself.\n', { status: 403 })
  }
  const query = url.searchParams.get('q') ?? ''
  const [, id] = /^\/mails\/(\d+)\/delete$/.exec(url.pathname) ?? []
  if (id) store.delete(Number(id))
  else if (url.pathname === '/delete-all') store.deleteFound(query)
  else return html(missingPage(), ownPages, 404)
  return new Response(null, { status: 303, headers: { location: withQuery('/', query) } })
}

export function answer(request: Request, store: MailStore) {
  const url = new URL(request.url)
  if (!isLocalName(url.hostname)) return new Response('Unknown host.\n', { status: 421 })
  if (request.method === 'POST') return deletion(request, url, store)
  const query = url.searchParams.get('q') ?? ''
  if (url.pathname === '/') return html(listPage(store.search(query), query), ownPages)
  if (url.pathname === scriptPath) {
    return new Response(Bun.file(script), {
      headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    })
  }
  if (url.pathname === '/mails.json') {
    return Response.json(store.list(url.searchParams.get('to') ?? undefined), {
      headers: { 'cache-control': 'no-store' },
    })
  }
  const [, id, part] = /^\/mails\/(\d+)(\/html)?$/.exec(url.pathname) ?? []
  const mail = id ? store.find(Number(id)) : undefined
  if (!mail) return html(missingPage(), ownPages, 404)
  return part ? html(mail.html, foreignPage) : html(mailPage(mail, query), ownPages)
}

export async function startMails(options: { httpPort?: number | undefined } = {}): Promise<Mails> {
  const store = new MailStore()
  await store.listen()
  const port = options.httpPort ?? (await freePortFrom(httpPortDefault))
  const server = Bun.serve({ hostname: host, port, fetch: (request) => answer(request, store) })
  const httpPort = server.port ?? port
  return {
    smtpPort: store.port,
    httpPort,
    url: `http://localhost:${httpPort}`,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await store[Symbol.asyncDispose]()
    },
  }
}
