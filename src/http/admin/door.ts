// The admin door: everything under /admin goes through `admit`, and nothing is reachable beside it.
import type { Queue } from 'bullmq'
import { Elysia } from 'elysia'
import type { Caller } from '../../core/actor.ts'
import { Failure, isFailure } from '../../core/failure.ts'
import { newUuid } from '../../core/ids.ts'
import { urlOf } from '../../core/request-url.ts'
import { cut } from '../../core/graphemes.ts'
import type { Context } from '../../context.ts'
import { limitRequest } from '../../features/request-limit.ts'
import { overview } from '../../features/admin/overview.ts'
import { boardPath, mayDo, rightFor, type AdminRole } from '../../features/admin/policy.ts'
import { adminSessionSeconds, resolveAdmin, signIn, signOut } from '../../features/admin/signin.ts'
import type { Admin } from '../../features/admin/signin.ts'
import { longerThan } from '../../protocol/characters.ts'
import { readText } from '../body.ts'
import { visitOf } from '../visit.ts'
import { harden, html, redirect, refuse, wantsPage, words } from './answers.ts'
import type { Board } from './board.ts'
import { clearCookie, readCookie, setCookie } from './cookie.ts'
import { isHttps, senderOf } from './origin.ts'
import { homePage, loginPage } from './pages.ts'
import { texts } from '../../texts/texts.ts'

interface Visit {
  readonly ctx: Context
  readonly request: Request
  readonly caller: Caller
  readonly path: string
  readonly https: boolean
  readonly board: (role: AdminRole) => Promise<Board>
}

export function adminDoor(ctx: Context, queues: readonly Queue[]) {
  const boards = new Map<AdminRole, Promise<Board>>()
  const board = (role: AdminRole) => {
    const made = boards.get(role) ?? makeBoard(ctx, queues, role)
    boards.set(role, made)
    made.catch(() => boards.delete(role))
    return made
  }
  const answer = async ({ request }: { request: Request }) => {
    const { caller } = visitOf(request)
    const path = withoutEnd(urlOf(request).pathname)
    const visit = { ctx, request, caller, path, https: isHttps(request, ctx.config), board }
    return harden(await admit(visit).catch((error) => explain(visit, error)), path)
  }
  // One handler for every method and path: what it does not open stays closed. `parse: none`
  // because nothing is read from who has not been let in.
  return new Elysia({ name: 'admin' })
    .all('/admin', answer, { parse: 'none' })
    .all('/admin/*', answer, { parse: 'none' })
}

/** Less the slashes at its end; a pattern would walk a long row of them once for each. */
function withoutEnd(path: string): string {
  let end = path.length
  while (end > 1 && path[end - 1] === '/') end--
  return path.slice(0, end)
}

/** Bull Board takes half a second and 11 MB to load: who never looks at it never pays. */
async function makeBoard(ctx: Context, queues: readonly Queue[], role: AdminRole): Promise<Board> {
  const { createBoard } = await import('./board.ts')
  return createBoard(ctx, queues, role)
}

/** Origin first, then who it is, then what that role may do; only then what was asked for. */
async function admit(visit: Visit): Promise<Response> {
  const { request, path } = visit
  const right = rightFor(request.method)
  const sender = senderOf(request, visit.ctx.config)
  if (right === 'change' && sender === 'foreign') throw foreign()
  if (request.method === 'POST' && path === '/admin/login') return takeLogin(visit)

  const { admin, byCookie } = await identify(visit)
  if (!admin) return showLogin(visit)
  // A browser says where a write comes from. Who holds only a cookie has to show that.
  if (right === 'change' && byCookie && sender !== 'own') throw foreign()
  if (request.method === 'POST' && path === '/admin/logout') return leave(visit, admin)
  if (right === 'change' && !mayDo(admin.role, right)) throw new Failure('notAllowed')

  if (path === '/admin' && right === 'look') return showHome(visit, admin)
  if (path === '/admin/login' && right === 'look') return redirect('/admin')
  if (path === boardPath || path.startsWith(`${boardPath}/`)) return passToBoard(visit, admin)
  if (Object.hasOwn(methods, path)) {
    throw new Failure('methodNotAllowed', { allow: methods[path as keyof typeof methods] })
  }
  throw new Failure('notFound')
}

/** What our own pages take, which is no HEAD (`rightFor`); the board knows its own. */
const methods = {
  '/admin': 'GET',
  '/admin/login': 'GET, POST',
  '/admin/logout': 'POST',
}

function foreign(): Failure {
  return new Failure('notAllowed', { because: 'foreign' })
}

/** Who asks, by header or else by cookie; looked up anew with every request. */
async function identify({ ctx, request }: Visit) {
  const header = request.headers.get('authorization')
  const byCookie = header === null
  const token = byCookie
    ? readCookie(request)
    : /^bearer ([\w.~+/=-]+)$/i.exec(header.slice(0, 4_096))?.[1]
  if (token === undefined) return { admin: null, byCookie }
  try {
    return { admin: await resolveAdmin(ctx, token), byCookie }
  } catch (error) {
    const gone = ['tokenInvalid', 'tokenExpired', 'accountDisabled', 'notAllowed'] as const
    // A worn-out cookie is no more than none; a program is told what is wrong with its token.
    if (byCookie && gone.some((reason) => isFailure(error, reason)))
      return { admin: null, byCookie }
    throw error
  }
}

function showLogin({ request, caller, path }: Visit): Response {
  if (request.method !== 'GET' || !wantsPage(request)) {
    return refuse(request, new Failure('unauthenticated'), caller)
  }
  if (path !== '/admin') return redirect(`/admin?next=${encodeURIComponent(path)}`)
  const next = nextOf(urlOf(request).searchParams.get('next'))
  const challenge = { 'www-authenticate': 'Bearer realm="Curlew administration"' }
  return html(loginPage(texts[caller.locale].admin, { next }), 401, challenge)
}

/** Where to go after signing in: to the board, or nowhere in particular. */
function nextOf(wanted: string | null): string {
  return wanted && /^\/admin\/queues(\/[\w-]+)*$/.test(wanted) ? wanted : ''
}

async function takeLogin({ ctx, request, caller, https }: Visit): Promise<Response> {
  const form = new URLSearchParams(await readText(request))
  const [name, next] = [cut(form.get('name') ?? '', 254), nextOf(form.get('next'))]
  try {
    const password = form.get('password') ?? ''
    if (name.includes('\0') || longerThan(password, 128)) throw new Failure('wrongPassword')
    await limitRequest(ctx, 'login', caller)
    const token = await signIn(ctx, caller, name, password)
    const cookie = setCookie(token, adminSessionSeconds, https)
    return redirect(next || '/admin', { 'set-cookie': cookie })
  } catch (error) {
    if (!isFailure(error, 'wrongPassword') || !wantsPage(request)) throw error
    const t = texts[caller.locale].admin
    return html(loginPage(t, { problem: words(t, error), name, next }), 400)
  }
}

async function leave({ ctx, https }: Visit, admin: Admin): Promise<Response> {
  await signOut(ctx, admin)
  return redirect('/admin', { 'set-cookie': clearCookie(https) })
}

async function showHome({ ctx, caller }: Visit, admin: Admin): Promise<Response> {
  return html(homePage(texts[caller.locale].admin, admin, await overview(ctx)))
}

/**
 * The board gets the address and nothing else: none of the writes we open has a body, and what is
 * not passed on cannot be misread. A body that is no JSON came from no script of ours.
 */
async function passToBoard(
  { ctx, request, caller, board }: Visit,
  admin: Admin,
): Promise<Response> {
  const { method } = request
  const type = request.headers.get('content-type')
  if (method !== 'GET') {
    if (type !== null && !/^application\/json\b/i.test(type)) throw foreign()
    ctx.log.info(
      { admin: admin.actor.userId, method, url: request.url },
      'an admin acts on a queue',
    )
  }
  const { handle } = await board(admin.role)
  const answer = await handle(new Request(urlOf(request), { method }))
  if (answer instanceof Response) return new Response(answer.body, answer)
  return refuse(request, answer.failure, caller, answer)
}

/** An unexpected error shows a trace id and nothing else; the log has the rest under it. */
function explain({ ctx, request, caller, path }: Visit, error: unknown): Response {
  const known = ctx.explain(error)
  if (known.reason === 'internal') {
    const traceId = newUuid()
    ctx.log.error(
      { err: known, traceId, request: visitOf(request).id, path },
      'an admin request failed',
    )
    return refuse(request, known, caller, { traceId })
  }
  return refuse(request, known, caller)
}
