// The REST door: every operation of the protocol bound to its use case.
import { Elysia } from 'elysia'
import { Failure } from '../core/failure.ts'
import type { Actor, Caller } from '../core/actor.ts'
import { limitRequest } from '../features/request-limit.ts'
import { routes } from '../features/all.ts'
import type { Operation } from '../protocol/operation.ts'
import { operations, type OperationName } from '../protocol/operations.ts'
import { spoken } from '../texts/texts.ts'
import type { Context } from '../context.ts'
import { authenticate } from './authenticate.ts'
import { failure, success } from './envelope.ts'
import { unexpected } from './gate.ts'
import { proveHuman } from './captcha.ts'
import { checkQuery, inputOf, readBody } from './input.ts'
import { isPattern, type Methods } from './methods.ts'
import { visitOf } from './visit.ts'

export const basePath = '/api/v1'

interface Request_ {
  readonly request: Request
  /** None where the path has no parameters. */
  readonly params?: Record<string, string>
  readonly query: Record<string, string>
}

type AnyRoute = (ctx: Context, who: Actor | Caller, input: never) => Promise<unknown>

export function restDoor(ctx: Context, methods: Methods) {
  const app = new Elysia({ name: 'rest', prefix: basePath })
  for (const name of Object.keys(operations) as OperationName[]) {
    const operation: Operation = operations[name]
    const run = routes[name] as unknown as AnyRoute
    const path = patternOf(operation)
    const handle = (asked: Request_) =>
      (isPattern(path) ? refuseLiteral(methods, asked.request) : undefined) ??
      answer(ctx, name, operation, run, asked)
    // The context is passed on whole: Elysia reads in this function's text what it has to bring.
    // `parse: none`: we read bodies ourselves, with our bound and after the token was checked.
    app.route(operation.method, path, (context) => handle(context as unknown as Request_), {
      parse: 'none',
    })
  }
  // Asked without a wish to send something; what browsers ask before they send, the gate answers.
  for (const path of new Set(Object.values<Operation>(operations).map(patternOf))) {
    app.options(path, () => new Response(null, { status: 204 }))
  }
  return app
}

/** As Elysia writes paths. */
function patternOf(operation: Operation): string {
  return operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** `GET /users/login` asks for no user of that name; it is the wrong method, whoever asks. */
function refuseLiteral(methods: Methods, request: Request): Response | undefined {
  const { path, caller } = visitOf(request)
  const taken = methods.ofLiteral(path)
  if (taken === undefined) return undefined
  return failure(new Failure('methodNotAllowed', { allow: taken }), caller.locale)
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
  { request, params = {}, query }: Request_,
): Promise<Response> {
  const visit = visitOf(request)
  const { caller } = visit
  visit.operation = name
  try {
    const who = operation.open ? caller : await authenticate(ctx, request)
    if ('id' in who) visit.user = who.id
    if (operation.query) checkQuery(request.url)
    const body = operation.body ? await readBody(request) : {}
    const input = inputOf(operation, { params, query, body })
    if (operation.limit) await limitRequest(ctx, operation.limit, who)
    await proveHuman(ctx, operation, caller, input)
    return success(spoken(operation.data, await run(ctx, who, input as never), caller.locale))
  } catch (error) {
    return unexpected(ctx, visit, error)
  }
}
