// Who asks, by the token of a request.
import type { Actor } from '../core/actor.ts'
import { Failure } from '../core/failure.ts'
import type { Context } from '../context.ts'
import { resolveToken } from '../features/signin/sessions.ts'

export async function authenticate(ctx: Context, request: Request): Promise<Actor> {
  const header = request.headers.get('authorization')
  if (header === null) throw new Failure('unauthenticated')
  const token = /^bearer ([\w.~+/=-]+)$/i.exec(header.slice(0, 4_096))?.[1]
  if (token === undefined) throw new Failure('tokenInvalid')
  return resolveToken(ctx, token)
}
