// The only file that touches Elysia's sockets: an ordinary GET route that authenticates and
// upgrades with our own connection object, which Elysia's dispatch then calls (about a fifth of the
// memory of `.ws()`, and no validation or reordering of its own; tests/socket pins it).
import { Elysia } from 'elysia'
import type { Actor, Caller } from '../core/actor.ts'
import { isFailure, type FailureDetails } from '../core/failure.ts'
import { urlOf } from '../core/request-url.ts'
import type { CloseName } from '../protocol/closes.ts'
import { resolveSession, resolveToken } from '../features/signin/sessions.ts'
import { redeemTicket } from '../features/messages/ticket.ts'
import { deviceIdPattern } from '../protocol/device.ts'
import { errors, type ErrorName } from '../protocol/errors.ts'
import { texts } from '../texts/texts.ts'
import type { Publisher } from './channels/channels.ts'
import { Connection } from './connection.ts'
import type { Door } from './door.ts'
import { RefusedConnection } from './refused.ts'

export const socketPath = '/api/v1/messages/ws'

interface Upgrader extends Publisher {
  upgrade(request: Request, options: { data: unknown; headers?: Record<string, string> }): boolean
}

/** What the HTTP door's gate knows of a request; handed in, the doors do not know each other. */
export interface Guest {
  readonly id: string
  readonly caller: Caller
  user?: number
}

export function socketDoor(door: Door, guestOf: (request: Request) => Guest) {
  return new Elysia({ name: 'socket' }).get(socketPath, async ({ request, server }) => {
    const guest = guestOf(request)
    const { caller } = guest
    const url = urlOf(request)
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
      return noUpgrade(caller)
    }
    if (!originAllowed(request, door.ctx.config.allowedOrigins)) {
      return refuse(caller, 'notAllowed', { field: 'origin' })
    }
    if (door.draining) return comeBack(caller, 'busy', drainWaitSeconds)
    // A storm of connections must cost less than a socket each.
    const wait = door.upgradeWait(caller)
    if (wait > 0) return comeBack(caller, 'tooManyRequests', wait)
    const protocols = protocolsOf(request)
    const data = await answerer(door, request, url, protocols, guest)
    // Whoever was being looked at when the drain began would be let in after everybody was told.
    if (door.draining) return comeBack(caller, 'busy', drainWaitSeconds)
    const headers = {
      'x-request-id': guest.id,
      ...(protocols[0] === 'bearer' ? { 'sec-websocket-protocol': 'bearer' } : {}),
    }
    const upgrader = server as Upgrader | null
    door.publisher ??= upgrader
    if (upgrader?.upgrade(request, { data, headers })) return
    return noUpgrade(caller)
  })
}

/** Another node is there at once, and a proxy finds it by the 503; this one will take longer. */
const drainWaitSeconds = 1

function comeBack(caller: Caller, reason: 'busy' | 'tooManyRequests', wait: number): Response {
  return refuse(caller, reason, { retry_after: wait }, { 'retry-after': String(wait) })
}

/** Before the upgrade there is HTTP: the envelope and a status, as everywhere. */
function refuse(
  { locale }: Caller,
  reason: ErrorName,
  data: FailureDetails,
  headers: Record<string, string> = {},
  { code, status }: { code: number; status: number } = errors[reason],
): Response {
  return Response.json({ code, msg: texts[locale].errors[reason], data }, { status, headers })
}

/** RFC 9110 section 15.5.22: this address speaks another protocol, and says which. */
function noUpgrade(caller: Caller): Response {
  const data = { field: 'upgrade', expected: 'websocket' }
  const { code } = errors.badRequest
  return refuse(caller, 'badRequest', data, { upgrade: 'websocket' }, { code, status: 426 })
}

/** Browsers always send Origin with a socket; programs usually do not. */
function originAllowed(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get('origin')
  if (origin === null) return true
  const host = request.headers.get('host')?.toLowerCase()
  const lower = origin.toLowerCase()
  if (allowed.includes(lower)) return true
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
  guest: Guest,
): Promise<Connection | RefusedConnection> {
  const { locale } = guest.caller
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
  guest.user = admitted.id
  const deviceId = named ?? admitted.deviceId
  return new Connection(door.nextConnectionId(), admitted, deviceId, locale, door)
}

async function admit(
  door: Door,
  request: Request,
  url: URL,
  protocols: readonly string[],
): Promise<Actor | CloseName> {
  try {
    const header = request.headers.get('authorization')
    const bearer = header && /^bearer (.+)$/i.exec(header)?.[1]
    const token = bearer || (protocols[0] === 'bearer' ? protocols[1] : undefined)
    if (token) return await resolveToken(door.ctx, token, 'once')
    const ticket = url.searchParams.get('ticket')
    if (ticket) {
      const session = await redeemTicket(door.ctx, ticket)
      return session === undefined ? 'unauthenticated' : await resolveSession(door.ctx, session)
    }
    const last = url.searchParams.get('token')
    return last ? await resolveToken(door.ctx, last, 'once') : 'unauthenticated'
  } catch (error) {
    // A session that ended is a matter of the token; anything else is ours, and will pass.
    const unknown = isFailure(error) && error.code < 5000
    if (!unknown) door.ctx.log.warn({ err: error }, 'a socket could not be authenticated')
    return unknown ? 'unauthenticated' : 'busy'
  }
}
