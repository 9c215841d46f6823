// People at the admin door: visits by cookie or token, and every route Bull Board knows.
import { appRoutes } from '@bull-board/api/dist/routes.js'
import type { Queue } from 'bullmq'
import type { Api } from '../../src/api.ts'
import { BullQueues } from '../../src/infra/queues.bullmq.ts'
import type { QueueName } from '../../src/infra/queues.ts'
import type { Role } from '../../src/core/actor.ts'
import type { Installation } from './installation.ts'
import type { Person } from './people.ts'

export const password = 'correct horse battery'

export interface Visit {
  readonly method?: string
  readonly token?: string | undefined
  readonly cookie?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
  readonly node?: number
}

/** One request as a program sends it: nothing is followed, nothing added. */
export function visit(app: Installation, path: string, options: Visit = {}): Promise<Response> {
  const { method = 'GET', token, cookie, headers = {}, body, node } = options
  return fetch(`${app.url(node)}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === undefined ? {} : { cookie }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  })
}

/** What a browser says of a request one of our own pages makes. */
export function fromOurPage(app: Installation, node = 0): Record<string, string> {
  return { origin: app.url(node), 'sec-fetch-site': 'same-origin' }
}

export function tryLogin(
  app: Installation,
  name: string,
  word = password,
  headers: Record<string, string> = fromOurPage(app),
): Promise<Response> {
  const body = new URLSearchParams({ name, password: word })
  return visit(app, '/admin/login', {
    method: 'POST',
    body,
    headers: { accept: 'text/html', ...headers },
  })
}

export function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';', 1)[0] as string
}

/** Signs in at the login page; the cookie as a browser would send it back. */
export async function loginCookie(app: Installation, who: Person): Promise<string> {
  const response = await tryLogin(app, who.userId)
  if (response.status !== 303) throw new Error(`no sign-in: ${response.status}`)
  return cookieOf(response)
}

export async function makeAdmin(app: Installation, who: Person, role: Role): Promise<void> {
  const { sql } = (app.nodes[0] as Api).ctx
  await sql`update users set role = ${role} where user_id = ${who.userId}`
}

export interface BoardRoute {
  readonly method: string
  readonly route: string
  readonly path: string
}

/** All of them, pages included, from Bull Board's own list: a new one cannot be forgotten. */
export function boardRoutes(job = 'held-1', queue: QueueName = 'delivery'): BoardRoute[] {
  const listed = [appRoutes.entryPoint, ...appRoutes.api].flatMap(({ method, route }) =>
    [method].flat().flatMap((each) => [route].flat().map((one) => ({ method: each, route: one }))),
  )
  return listed.map(({ method, route }) => {
    const path = route
      .replace(':queueName', queue)
      .replace(':jobId', job)
      .replace(':queueStatus', 'failed')
    return { method: method.toUpperCase(), route, path: `/admin/queues${path}` }
  })
}

export function queueOf(app: Installation, name: QueueName): Queue {
  const queues = app.nodes[0]?.ctx.queues
  if (!(queues instanceof BullQueues)) throw new Error('these queues are no BullMQ')
  return queues.queues[name]
}
