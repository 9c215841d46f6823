// A worker process has no doors; this one shows its counters and that it lives.
import type { BaseContext } from '../src/context.ts'

/** Serves /healthz and /metrics; answers how to stop it. */
export function serveMetrics(ctx: BaseContext, port: number): () => Promise<void> {
  const { registry } = ctx.metrics
  const server = Bun.serve({
    port,
    hostname: ctx.config.host,
    routes: {
      '/healthz': () => Response.json({ status: 'ok' }),
      '/metrics': async () =>
        new Response(await registry.metrics(), {
          headers: { 'content-type': registry.contentType },
        }),
    },
    fetch: () => new Response('Not found', { status: 404 }),
  })
  return () => server.stop(true)
}
