// The REST door: every operation of the protocol bound to its use case.
import { Elysia } from 'elysia'
import { Failure } from '../core/failure.ts'
import type { Actor, Caller } from '../core/actor.ts'
import { newUuid } from '../core/ids.ts'
import { allow } from '../features/allowance.ts'
import { accountRoutes } from '../features/accounts/routes.ts'
import { resolveToken } from '../features/accounts/sessions.ts'
import { friendRoutes } from '../features/friends/routes.ts'
import { messageRoutes } from '../features/messages/routes.ts'
import { presenceRoutes } from '../features/presence/routes.ts'
import { momentRoutes } from '../features/moments/routes.ts'
import { pushRoutes } from '../features/push/routes.ts'
import type { Route } from '../features/routes.ts'
import type { Operation } from '../protocol/operation.ts'
import { operations, type OperationName } from '../protocol/operations.ts'
import { spoken } from '../texts/texts.ts'
import type { Context } from '../context.ts'
import { callerOf } from './caller.ts'
import { failure, success } from './envelope.ts'
import { proveHuman } from './human.ts'
import { checkQuery, inputOf, readBody } from './input.ts'
import { preflight, shareWith } from './origins.ts'

export const basePath = '/api/v1'

/** The type says that none is missing. */
export const routes: { readonly [N in OperationName]: Route<N> } = {
  ...accountRoutes,
  ...friendRoutes,
  ...messageRoutes,
  ...presenceRoutes,
  ...momentRoutes,
  ...pushRoutes,
}

interface Request_ {
  readonly request: Request
  readonly server: unknown
  /** None where the path has no parameters. */
  readonly params?: Record<string, string>
  readonly query: Record<string, string>
}

type AnyRoute = (ctx: Context, who: Actor | Caller, input: never) => Promise<unknown>

export function restDoor(ctx: Context) {
  const app = new Elysia({ name: 'rest', prefix: basePath })
  const { allowedOrigins } = ctx.config
  app.options('/*', ({ request }) => preflight(allowedOrigins, request))
  for (const name of Object.keys(operations) as OperationName[]) {
    const operation: Operation = operations[name]
    const run = routes[name] as unknown as AnyRoute
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
    // `parse: none`: we read bodies ourselves, with our bound and after the token was checked.
    app.route(
      operation.method,
      path,
      (context) => answer(ctx, name, operation, run, context as unknown as Request_),
      { parse: 'none' },
    )
  }
  return app
}

/**
 * Token first, then the input, then the limits, then the use case; nothing is told to who may not
 * ask, and what cannot be read is not counted.
 */
async function answer(
  ctx: Context,
  name: string,
  operation: Operation,
  run: AnyRoute,
  { request, server, params = {}, query }: Request_,
): Promise<Response> {
  const caller = callerOf(request, server, ctx.config.trustedProxies)
  let response: Response
  try {
    const who = operation.open ? caller : await authenticate(ctx, request)
    if (operation.query) checkQuery(request.url)
    const body = operation.body ? await readBody(request) : {}
    const input = inputOf(operation, { params, query, body })
    if (operation.limit) await allow(ctx, operation.limit, who)
    await proveHuman(ctx, operation, caller, input)
    response = success(spoken(operation.data, await run(ctx, who, input as never), caller.locale))
  } catch (error) {
    response = refuse(ctx, name, error, caller)
  }
  shareWith(ctx.config.allowedOrigins, request, response)
  ctx.metrics.requests.inc({ operation: name, status: response.status })
  return response
}

async function authenticate(ctx: Context, request: Request): Promise<Actor> {
  const header = request.headers.get('authorization')
  if (header === null) throw new Failure('unauthenticated')
  const token = /^bearer ([\w.~+/=-]+)$/i.exec(header.slice(0, 4_096))?.[1]
  if (token === undefined) throw new Failure('tokenInvalid')
  return resolveToken(ctx, token)
}

/** An unexpected error shows a trace id and nothing else; the log has the rest under it. */
function refuse(ctx: Context, operation: string, error: unknown, caller: Caller): Response {
  const known = ctx.explain(error)
  if (known.reason !== 'internal') return failure(known, caller.locale)
  const traceId = newUuid()
  ctx.log.error({ err: known, traceId, operation }, 'a request failed')
  return failure(known, caller.locale, traceId)
}
