// Bull Board behind our door: one board per role, neither reachable but through `handle`.
import { dirname, join } from 'node:path'
import { createBullBoard } from '@bull-board/api'
import type { AppControllerRoute, UIConfig } from '@bull-board/api/typings/app'
import { ElysiaAdapter } from '@bull-board/elysia'
import type { Queue } from 'bullmq'
import { boardPath, boardRights, mayDo, type AdminRole } from '../../features/admin/policy.ts'
import type { Context } from '../../context.ts'
import { newUuid } from '../../core/ids.ts'
import { logo } from '../logo.ts'
import { methodsOf, type Known } from '../methods.ts'
import { refusalOf, type BoardError, type BoardRefusal } from './board-refusal.ts'
import { boardNote, RedactedQueue } from './redacted-queue.ts'

const readMethods = ['GET', 'HEAD']

export interface Board {
  handle(request: Request): Promise<Response | BoardRefusal>
}

/**
 * The boards are apps of their own and are not mounted into ours: whatever routes a version of
 * Bull Board brings, they exist only behind the guard that calls `handle`.
 */
export async function createBoard(
  ctx: Context,
  queues: readonly Queue[],
  role: AdminRole,
): Promise<Board> {
  const adapter = new RoleAdapter(ctx, role)
  createBullBoard({
    queues: queues.map((queue) => new RedactedQueue(queue, ctx.redis, role === 'viewer')),
    serverAdapter: adapter,
    options: { uiBasePath: dirname(uiPackage()), uiConfig: uiConfig(role) },
  })
  const app = await adapter.registerPlugin()
  const assets = await findAssets(adapter.assetsDir)
  const methods = methodsOf((): readonly Known[] => app.routes)
  return {
    async handle(request) {
      const { method } = request
      const { pathname } = new URL(request.url)
      const asset = assets.get(pathname.slice(boardPath.length))
      if (asset && readMethods.includes(method)) return assetResponse(asset)
      const response = await app.handle(request)
      if (response.status < 400) return ownPage(response)
      return refusalOf(response, method, asset ? readMethods.join(', ') : methods.of(pathname))
    },
  }
}

/** The page's files come with the api package, wherever the package manager has put them. */
function uiPackage(): string {
  const api = Bun.resolveSync('@bull-board/api', import.meta.dir)
  return Bun.resolveSync('@bull-board/ui/package.json', dirname(api))
}

function uiConfig(role: AdminRole): UIConfig {
  return {
    boardTitle: 'Curlew queues',
    boardLogo: { path: logo, width: 28, height: 28 },
    favIcon: { default: logo, alternative: logo },
    miscLinks: [
      { text: 'API docs', url: '/docs' },
      { text: 'Admin page', url: '/admin' },
    ],
    ...(role === 'viewer' ? { environment: { label: 'view only', color: '#5b7083' } } : {}),
  }
}

/** The published adapter, with its routes measured against our table and its errors kept in. */
class RoleAdapter extends ElysiaAdapter {
  assetsDir = ''

  constructor(
    private readonly ctx: Context,
    private readonly role: AdminRole,
  ) {
    super(boardPath)
  }

  /**
   * We serve the files ourselves: the adapter finds their addresses by looking for the first
   * "dist" in their full path, which fails in any folder whose name contains it.
   */
  override setStaticPath(route: string, path: string): this {
    this.assetsDir = path
    super.setStaticPath(route, join(path, 'none'))
    return this
  }

  override setApiRoutes(routes: AppControllerRoute[]): this {
    super.setApiRoutes(routes.flatMap((route) => this.#judge(route)))
    return this
  }

  /** Errors of Redis and of handlers may quote what they choked on: logged, not shown. */
  override setErrorHandler(): this {
    super.setErrorHandler((error) => {
      const code = (error as { code?: unknown }).code
      if (code === 'NOT_FOUND') return { status: 404, body: said({ reason: 'notFound' }) }
      const { reason } = this.ctx.explain(error)
      const traceId = newUuid()
      this.ctx.log.warn({ err: error, traceId }, 'the queue board failed')
      const known = reason === 'validation' ? 'internal' : reason
      return {
        status: 500,
        body: said({ reason: known, ...(known === 'internal' ? { traceId } : {}) }),
      }
    })
    return this
  }

  #judge(given: AppControllerRoute): AppControllerRoute[] {
    const methods = [given.method].flat()
    const paths = [given.route].flat()
    return methods.flatMap((method) =>
      paths.map((route) => {
        const right = boardRights[`${method} ${route}`]
        if (!right || !mayDo(this.role, right)) return { method, route, handler: refuse }
        // Flows are looked up through a Redis client BullMQ 6 does not have; we use none.
        if (route.endsWith('/flow')) return { method, route, handler: noFlow }
        return { ...given, method, route }
      }),
    )
  }
}

/** For `refusalOf`, which makes our refusal of it. */
function said(error: BoardError): Record<string, unknown> {
  return { ...error }
}

function refuse() {
  return { status: 403 as const, body: { error: 'This is not open on this installation.' } }
}

function noFlow(request?: { params: Record<string, unknown> }) {
  return { body: { nodeId: request?.params['jobId'], flowRoot: null, isFlowNode: false } }
}

async function findAssets(dir: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const file of new Bun.Glob('**/*').scan(dir)) {
    found.set(`/static/${file.replaceAll('\\', '/')}`, join(dir, file))
  }
  return found
}

/** Names carry a hash of the content, except a few pictures; neither says anything about us. */
function assetResponse(path: string): Response {
  return new Response(Bun.file(path), {
    headers: { 'cache-control': 'private, max-age=86400' },
  })
}

/**
 * On a phone the title keeps the white of its dark menu but loses the menu, and its line is lower
 * than its letters. Text beside the point is too faint to read: 4.5:1 at least. Class names end in
 * a hash that changes with the version.
 */
const boardStyle = `<style>
.note { position: fixed; inset: auto 0 0 var(--menu-width, 0); margin: 0; padding: .5rem 1rem;
  font: .85rem/1.4 system-ui, sans-serif; text-align: center; color: #d5dce5; background: #28303e }
:root { --accent-color: #5c6878; --accent-color-d1: #4d596a; --hl-number: #006868; --hl-meta: #666;
  --card-text-secondary-color: #5a6676 }
.dark-mode { --accent-color: #9aa8bb; --accent-color-d1: #b6bdc9; --hl-number: #0aa; --hl-meta: #999;
  --card-text-secondary-color: #a3afc0; --badge-text-color: #dfe4ec }
p[class*="description-"], [class*="timeline-"] small { opacity: 1; font-weight: 400 }
[class*="waiting-"][class*=" bar-"] { color: #000 !important }
@media (max-width: 768px) { .note { left: 0 }
  header [class^="logo-"] { color: var(--text-color); box-shadow: none }
  header [class^="logo-"] > span { line-height: 1.4 } }
</style>`

/** The board's page without the font it would fetch from elsewhere, and with what we add. */
async function ownPage(response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.startsWith('text/html')) return response
  const html = await response.text()
  const own = html
    .replaceAll(/<link[^>]+href="https?:[^>]*>/g, '')
    .replace('</head>', `${boardStyle}</head>`)
    .replace('</body>', `<p class="note">${boardNote}</p></body>`)
  return new Response(own, response)
}
