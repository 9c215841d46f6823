// The only file that touches Elysia's sockets: an ordinary GET route that authenticates and
// upgrades with our own connection object, which Elysia's dispatch then calls (about a fifth of the
// memory of `.ws()`, and no validation or reordering of its own; tests/socket pins it).
import { Elysia } from 'elysia'
import type { Actor, Caller, Locale } from '../core/actor.ts'
import { isFailure } from '../core/failure.ts'
import type { CloseName } from '../protocol/closes.ts'
import { resolveSession, resolveToken } from '../features/accounts/sessions.ts'
import { redeemTicket } from '../features/messages/ticket.ts'
import { deviceIdPattern } from '../protocol/device.ts'
import { errors } from '../protocol/errors.ts'
import { texts } from '../texts/texts.ts'
import { Connection } from './connection.ts'
import type { Door } from './door.ts'
import { RefusedConnection } from './refused.ts'

export const socketPath = '/api/v1/messages/ws'

interface Upgrader {
  upgrade(request: Request, options: { data: unknown; headers?: Record<string, string> }): boolean
}

/** The part of the HTTP door that knows callers; handed in, the doors do not know each other. */
export type CallerOf = (request: Request, server: unknown) => Caller

export function socketDoor(door: Door, callerOf: CallerOf) {
  return new Elysia({ name: 'socket' }).get(socketPath, async ({ request, server, set }) => {
    const url = new URL(request.url)
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
      set.status = 426
      set.headers['upgrade'] = 'websocket'
      return 'This address speaks WebSocket.'
    }
    if (!originAllowed(request, door.ctx.config.allowedOrigins)) {
      set.status = 403
      return 'This origin is not allowed.'
    }
    const caller = callerOf(request, server)
    const wait = door.upgradeWait(caller)
    if (wait > 0) return tooMany(caller, wait)
    const protocols = protocolsOf(request)
    const data = await answerer(door, request, url, protocols, caller.locale)
    const headers: Record<string, string> =
      protocols[0] === 'bearer' ? { 'sec-websocket-protocol': 'bearer' } : {}
    if ((server as Upgrader | null)?.upgrade(request, { data, headers })) return
    set.status = 426
    return 'The upgrade failed.'
  })
}

/** Before the upgrade: a storm of connections must cost less than a socket each. */
function tooMany({ locale }: Caller, wait: number): Response {
  const { code, status } = errors.tooManyRequests
  const msg = texts[locale].errors.tooManyRequests
  const body = { code, msg, data: { retry_after: wait } }
  return Response.json(body, { status, headers: { 'retry-after': String(wait) } })
}

/** Browsers always send Origin with a socket; programs usually do not. */
function originAllowed(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get('origin')
  if (origin === null) return true
  const host = request.headers.get('host')?.toLowerCase()
  const lower = origin.toLowerCase()
  if (allowed.includes(lower) || allowed.includes('*')) return true
  return host !== undefined && (lower === `http://${host}` || lower === `https://${host}`)
}

function protocolsOf(request: Request): string[] {
  const header = request.headers.get('sec-websocket-protocol')
  return header ? header.split(',').map((each) => each.trim()) : []
}

/** Whoever is to speak on this socket, be it only to say why not. */
async function answerer(
  door: Door,
  request: Request,
  url: URL,
  protocols: readonly string[],
  locale: Locale,
): Promise<Connection | RefusedConnection> {
  const named = url.searchParams.get('device_id')
  // Never taken for the session's own: under one name two devices would close each other for ever.
  // Before the ticket, which is good once.
  if (named !== null && !deviceIdPattern.test(named)) {
    return new RefusedConnection(
      'protocolError',
      locale,
      'device_id must be 1 to 64 of A-Z a-z 0-9 _ . : -',
    )
  }
  const admitted = await admit(door, request, url, protocols)
  if (typeof admitted === 'string') return new RefusedConnection(admitted, locale)
  return new Connection(door, admitted, named ?? admitted.deviceId, locale)
}

async function admit(
  door: Door,
  request: Request,
  url: URL,
  protocols: readonly string[],
): Promise<Actor | CloseName> {
  if (door.draining) return 'restart'
  try {
    const header = request.headers.get('authorization')
    const bearer = header && /^bearer (.+)$/i.exec(header)?.[1]
    const token = bearer || (protocols[0] === 'bearer' ? protocols[1] : undefined)
    if (token) return await resolveToken(door.ctx, token)
    const ticket = url.searchParams.get('ticket')
    if (ticket) {
      const session = await redeemTicket(door.ctx, ticket)
      return session === undefined ? 'unauthenticated' : await resolveSession(door.ctx, session)
    }
    const last = url.searchParams.get('token')
    return last ? await resolveToken(door.ctx, last) : 'unauthenticated'
  } catch (error) {
    // A session that ended is a matter of the token; anything else is ours, and will pass.
    const refused = isFailure(error) && error.code < 5000
    if (!refused) door.ctx.log.warn({ err: error }, 'a socket could not be authenticated')
    return refused ? 'unauthenticated' : 'busy'
  }
}
