// A port of its own for what a process counts and that it lives: no proxy leads there.
import type { Config } from '../config.ts'
import { bearsToken, showMetrics, type Metrics } from './metrics.ts'

/** Serves /healthz and /metrics, where METRICS_PORT says so; answers how to stop it. */
export function serveMetrics(
  { host, metricsPort: port, metricsToken: token }: Config,
  metrics: Metrics,
  observe: () => Promise<void> = async () => {},
): () => Promise<void> {
  if (port === 0) return async () => {}
  try {
    const server = Bun.serve({
      port,
      hostname: host,
      routes: {
        '/healthz': () => Response.json({ status: 'ok' }),
        '/metrics': async (request) => {
          if (token !== '' && !bearsToken(request, token)) return nothing()
          await observe()
          return showMetrics(metrics)
        },
      },
      fetch: nothing,
    })
    return () => server.stop(true)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error
    throw new Error(`METRICS_PORT ${port} is taken: every process needs one of its own.`, {
      cause: error,
    })
  }
}

function nothing(): Response {
  return new Response('Not found', { status: 404 })
}
