// Builds the Elysia app from a Context; nothing starts here.
import type { Queue } from 'bullmq'
import { Elysia } from 'elysia'
import type { Context } from './context.ts'
import { limits } from './core/limits.ts'
import { Failure } from './core/failure.ts'
import { newUuid } from './core/ids.ts'
import { adminDoor } from './http/admin/door.ts'
import { callerOf, localeOf } from './http/caller.ts'
import { docsRoutes } from './http/docs/routes.ts'
import { failure } from './http/envelope.ts'
import { exportRoutes } from './http/exports.ts'
import { healthRoutes } from './http/health.ts'
import { proxyWatch } from './http/proxies.ts'
import { restDoor } from './http/routes.ts'
import type { Door } from './socket/door.ts'
import { socketDoor } from './socket/plugin.ts'

export function createApp(ctx: Context, door: Door, queues: readonly Queue[]) {
  const { socket } = limits
  return new Elysia({
    // Compression stays off: it costs CPU, and secrets beside chosen text invite CRIME.
    websocket: {
      maxPayloadLength: limits.frame.bytesMax,
      // Twice our own bound, which closes politely; this one is the net below it.
      backpressureLimit: 2 * socket.outboundBytesMax,
      closeOnBackpressureLimit: true,
      idleTimeout: socket.idleSeconds,
      perMessageDeflate: false,
    },
    serve: { maxRequestBodySize: 4 * limits.bodyBytesMax, idleTimeout: 30 },
  })
    .onError(({ error, request }) => {
      const locale = localeOf(request.headers.get('accept-language'))
      const code = (error as { code?: unknown }).code
      if (code === 'NOT_FOUND') return failure(new Failure('notFound'), locale)
      if (code === 'PARSE') return failure(new Failure('badRequest'), locale)
      const known = ctx.explain(error)
      if (known.reason !== 'internal') return failure(known, locale)
      const traceId = newUuid()
      ctx.log.error({ err: known, traceId }, 'a request failed beside every route')
      return failure(known, locale, traceId)
    })
    .use(proxyWatch(ctx))
    .get('/', ({ redirect }) => redirect('/docs'))
    .use(healthRoutes(ctx, () => door.draining))
    .use(docsRoutes())
    .use(
      socketDoor(door, (request, server) => callerOf(request, server, ctx.config.trustedProxies)),
    )
    .use(adminDoor(ctx, queues))
    .use(exportRoutes(ctx))
    .use(restDoor(ctx))
}
