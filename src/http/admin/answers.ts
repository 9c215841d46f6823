// How the admin door answers: pages for people, JSON for programs, the same headers on all of it.
import type { Caller } from '../../core/actor.ts'
import type { Failure } from '../../core/failure.ts'
import { pathOf } from '../../core/request-url.ts'
import { boardPath } from '../../features/admin/policy.ts'
import { errors } from '../../protocol/errors.ts'
import { failure } from '../envelope.ts'
import { loginPage, refusalPage } from './pages.ts'
import { styleHash } from '../style.ts'
import { messageOf, texts } from '../../texts/texts.ts'
import type { AdminTexts } from '../../texts/en.ts'

const common = "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
const pagePolicy = `default-src 'none'; style-src ${styleHash}; ${common}`
/** Bull Board writes style attributes and style elements; its scripts are all files of ours. */
const boardPolicy = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
img-src 'self' data:; font-src 'self' data:; connect-src 'self'; ${common}`

/** `same-origin` and not `no-referrer`, under which browsers send `Origin: null` with our forms. */
export function harden(response: Response, path: string): Response {
  const { headers } = response
  headers.set('content-security-policy', path.startsWith(boardPath) ? boardPolicy : pagePolicy)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('x-frame-options', 'DENY')
  headers.set('referrer-policy', 'same-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.append('vary', 'cookie, authorization, accept-language')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  return response
}

export function html(text: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  })
}

export function redirect(to: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location: to, ...headers } })
}

/** Whether a person looks at the answer: a form or a navigation, no program and no script. */
export function wantsPage(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html')
}

/** The same refusal for both kinds of readers; `said` is the board's own word for it. */
export function refuse(
  request: Request,
  error: Failure,
  caller: Caller,
  more: { traceId?: string | undefined; said?: string | undefined } = {},
): Response {
  const { locale } = caller
  // The board's page shows people what it finds under `error`, and looks nowhere else.
  const beside = pathOf(request).startsWith(boardPath)
    ? { error: more.said ?? messageOf(locale, error.reason, error.details) }
    : undefined
  const answer = failure(error, locale, more.traceId, beside)
  const headers = Object.fromEntries(answer.headers)
  if (answer.status === 401) headers['www-authenticate'] = 'Bearer realm="Curlew administration"'
  if (!wantsPage(request)) {
    return new Response(answer.body, { status: answer.status, headers })
  }
  delete headers['content-type']
  const t = texts[locale].admin
  const said = words(t, error)
  const page = answer.status === 401 ? loginPage(t, { problem: said }) : refusalPage(t, said)
  return html(page, answer.status, headers)
}

export function words(t: AdminTexts, error: Failure): string {
  if (error.reason === 'wrongPassword') return t.wrong
  if (error.reason === 'tooManyRequests') {
    return `${t.tooMany} ${Math.ceil(error.details?.retry_after ?? 1)}`
  }
  if (error.reason === 'tooLarge') return t.tooLarge
  if (error.reason === 'notFound' || error.reason === 'methodNotAllowed') return t.missing
  if (error.reason === 'notAllowed') {
    return error.details?.['because'] === 'foreign' ? t.foreign : t.forbidden
  }
  return errors[error.reason].status === 503 ? t.away : t.trouble
}
