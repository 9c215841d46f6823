// Builds the Elysia app from a Context; nothing starts here.
import type { Queue } from 'bullmq'
import { Elysia } from 'elysia'
import type { Context } from './context.ts'
import type { Locale } from './core/actor.ts'
import { limits } from './socket/limits.ts'
import { Failure } from './core/failure.ts'
import { adminDoor } from './http/admin/door.ts'
import { docsRoutes } from './http/docs/routes.ts'
import { failure } from './http/envelope.ts'
import { exportRoutes } from './http/exports.ts'
import { gate, unexpected } from './http/gate.ts'
import { healthRoutes } from './http/health.ts'
import { joinRoutes } from './http/invitation.ts'
import { fileRoutes } from './http/media/files.ts'
import { tusRoutes } from './http/media/tus.ts'
import { uploadRoutes } from './http/media/uploads.ts'
import { proxyWatch } from './http/proxies.ts'
import { methodsOf, type Known } from './http/methods.ts'
import { metricsRoutes } from './http/metrics.ts'
import { restDoor } from './http/routes.ts'
import { unsubscribeRoutes } from './http/unsubscribe.ts'
import { visitOf } from './http/visit.ts'
import type { Door } from './socket/door.ts'
import { socketDoor } from './socket/plugin.ts'

export function createApp(ctx: Context, door: Door, queues: readonly Queue[]) {
  const { socket } = limits
  const methods = methodsOf((): readonly Known[] => app.routes)
  const app = new Elysia({
    // Elysia looks for the path after the eleventh character otherwise: a host may be short.
    handler: { standardHostname: false },
    // Compression stays off: it costs CPU, and secrets beside chosen text invite CRIME.
    websocket: {
      maxPayloadLength: limits.frame.bytesMax,
      // Twice our own bound, which closes politely; this one is the net below it.
      backpressureLimit: 2 * socket.outboundBytesMax,
      closeOnBackpressureLimit: true,
      idleTimeout: socket.idleSeconds,
      perMessageDeflate: false,
    },
    // Bun would refuse what is too large by itself, without envelope and CORS headers. We do, in
    // http/body.ts; of a body that nobody reads Bun keeps nothing.
    serve: { maxRequestBodySize: Number.MAX_SAFE_INTEGER, idleTimeout: 30 },
  })
    .wrap(gate(ctx, (): unknown => app.server) as never)
    .onError(({ error, request }) => {
      const visit = visitOf(request)
      const { locale } = visit.caller
      const code = (error as { code?: unknown }).code
      if (code === 'NOT_FOUND') return noRoute(methods.of(visit.path), locale)
      if (code === 'PARSE') return failure(new Failure('badRequest'), locale)
      return unexpected(ctx, visit, error)
    })
    .use(proxyWatch(ctx))
    .get('/', ({ redirect }) => redirect('/docs'))
    .use(healthRoutes(ctx, () => door.draining))
    .use(metricsRoutes(ctx))
    .use(docsRoutes())
    .use(socketDoor(door, visitOf))
    .use(adminDoor(ctx, queues))
    .use(exportRoutes(ctx))
    .use(joinRoutes())
    .use(unsubscribeRoutes(ctx))
    .use(uploadRoutes(ctx))
    .use(tusRoutes(ctx))
    .use(fileRoutes(ctx))
    .use(restDoor(ctx, methods))
  return app
}

/** Nothing is there; or something is, and takes other methods (RFC 9110 section 15.5.6). */
function noRoute(allow: string | undefined, locale: Locale): Response {
  return failure(
    allow === undefined ? new Failure('notFound') : new Failure('methodNotAllowed', { allow }),
    locale,
  )
}
