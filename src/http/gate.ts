// The one way in and out: whatever is asked and whoever answers, also Elysia and no door at all, the
// answer has the same headers, and is counted, measured and logged the same.
import type { Context } from '../context.ts'
import { Failure } from '../core/failure.ts'
import { newUuid } from '../core/ids.ts'
import { checkEscapes } from './body.ts'
import { failure } from './envelope.ts'
import { isPreflight, preflight, shareWith } from './origins.ts'
import { openVisit, type Visit } from './visit.ts'

type Handle = (request: Request) => Response | undefined | Promise<Response | undefined>

/** What Elysia's `wrap` takes; `server` because nothing listens yet when the app is built. */
export function gate(ctx: Context, server: () => unknown) {
  // Its lines have no field that is to be hidden, and looking for one is two thirds of their cost.
  const { metrics, config } = ctx
  const noted: Noted = { metrics, config, log: ctx.log.child({}, { redact: [] }) }
  return (handle: Handle) =>
    async (request: Request): Promise<Response | undefined> => {
      const began = ctx.clock.elapsed()
      const visit = openVisit(request, server(), ctx.config.trustedProxies)
      const response = await answer(ctx, visit, handle, request)
      if (response) complete(ctx, visit, response)
      note(noted, visit, response?.status ?? 101, ctx.clock.elapsed() - began)
      return response
    }
}

async function answer(ctx: Context, visit: Visit, handle: Handle, request: Request) {
  const { locale } = visit.caller
  try {
    if (!namesItsHost(request)) {
      return failure(new Failure('badRequest', { field: 'host' }), locale)
    }
    checkEscapes(request.url)
    if (isPreflight(request, visit.path)) {
      return preflight(ctx.config.allowedOrigins, visit.origin)
    }
    return await handle(request)
  } catch (error) {
    return unexpected(ctx, visit, error)
  }
}

/** An unexpected error shows a trace id and nothing else; the log has the rest under it. */
export function unexpected(ctx: Context, visit: Visit, error: unknown): Response {
  const known = ctx.explain(error)
  const { locale } = visit.caller
  if (known.reason !== 'internal') return failure(known, locale)
  const [traceId, { id: request, operation }] = [newUuid(), visit]
  ctx.log.error({ err: known, traceId, request, operation }, 'a request failed')
  return failure(known, locale, traceId)
}

/**
 * One host that can stand in an address (RFC 9112 section 3.2). Bun passes on what it could not
 * read, two of them as a list, and an address is then a path alone. Only HTTP/1.0 may name none.
 */
function namesItsHost(request: Request): boolean {
  const host = request.headers.get('host')
  return host === null || (!host.includes(',') && URL.canParse(request.url))
}

function complete(ctx: Context, visit: Visit, response: Response): void {
  const { headers } = response
  headers.set('x-request-id', visit.id)
  headers.set('x-content-type-options', 'nosniff')
  // Tokens and messages belong in no cache; what may be kept says so itself.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  shareWith(ctx.config.allowedOrigins, visit.origin, response)
}

type Noted = Pick<Context, 'metrics' | 'config' | 'log'>

function note(ctx: Noted, visit: Visit, status: number, milliseconds: number): void {
  const { id: request, method, path, caller, user } = visit
  const operation = visit.operation ?? doorOf(path, status)
  const outcome = visit.brokenOff ? 'aborted' : status
  ctx.metrics.requests.inc({ operation, status: outcome })
  ctx.metrics.requestSeconds.observe({ operation }, milliseconds / 1_000)
  if (!ctx.config.accessLog) return
  const ms = Math.round(milliseconds * 10) / 10
  const what = { method, path: shown(path), operation, status: outcome, ms }
  ctx.log.info({ request, ...what, address: caller.address, user }, 'a request')
}

/** A label for what is no operation; few of them, whatever is asked for. */
function doorOf(path: string, status: number): string {
  if (status === 404 || status === 405) return 'none'
  return doors.find(([start]) => path.startsWith(start))?.[1] ?? 'none'
}

const doors = [
  ['/api/v1/messages/ws', 'socket'],
  ['/api/v1/exports/', 'exports'],
  ['/join/', 'join'],
  ['/unsubscribe/', 'unsubscribe'],
  ['/docs', 'docs'],
  ['/admin', 'admin'],
  ['/healthz', 'healthz'],
  ['/readyz', 'readyz'],
  ['/metrics', 'metrics'],
] as const

const pathCharactersMax = 256

/** Without what follows the path, where tickets are, and without what makes links secret. */
function shown(path: string): string {
  return path
    .replace(/(\/exports\/|^\/join\/|^\/unsubscribe\/).*/, '$1…')
    .slice(0, pathCharactersMax)
}
