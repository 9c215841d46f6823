// What is known of a request while it is answered: the gate opens a visit, doors add what they learn.
import { must } from '../core/assert.ts'
import type { Caller } from '../core/actor.ts'
import { newUuid } from '../core/ids.ts'
import { pathOf } from '../core/request-url.ts'
import { callerOf } from './caller.ts'

export interface Visit {
  /** Stands in the answer, in the access log and in every line about this request. */
  readonly id: string
  readonly caller: Caller
  readonly method: string
  readonly path: string
  readonly origin: string | null
  /** The operation of the protocol, where it is one. */
  operation?: string
  /** Account number of who asked, once that is known. */
  user?: number
  /** The client went away while its body was read: nobody hears the answer. */
  brokenOff?: true
}

const visits = new WeakMap<Request, Visit>()

/** Ids of proxies and clients are taken over when they cannot break a log line or a header. */
const wellFormed = /^[\w.:=+/-]{1,128}$/

export function openVisit(request: Request, server: unknown, trustedProxies: number): Visit {
  const given = request.headers.get('x-request-id')
  const id = given !== null && wellFormed.test(given) ? given : newUuid()
  // Read at once: of a request that was broken off nothing may be left afterwards.
  const visit: Visit = {
    id,
    caller: callerOf(request, server, trustedProxies),
    method: request.method,
    path: pathOf(request),
    origin: request.headers.get('origin'),
  }
  visits.set(request, visit)
  return visit
}

export function visitOf(request: Request): Visit {
  return must(visits.get(request), 'every request came through the gate')
}
