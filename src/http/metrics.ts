// Who may read what the process counts, and the counters of queues, which are asked for then.
import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { Failure } from '../core/failure.ts'
import { isLoopback } from '../core/network-place.ts'
import { urlOf } from '../core/request-url.ts'
import { bearsToken, showMetrics } from '../infra/metrics.ts'
import { wasForwarded } from './forwarding.ts'

/**
 * On the port that the world reaches: with the token, or from this machine while nothing suggests a
 * proxy. In production one may stand in front that adds no header at all: there the token alone.
 */
export function metricsRoutes(ctx: Context) {
  return new Elysia({ name: 'metrics' }).all('/metrics', async ({ request, server }) => {
    const { metricsToken, production } = ctx.config
    const own = !production && metricsToken === '' && isFromHere(request, server)
    if (!own && !bearsToken(request, metricsToken)) throw new Failure('notFound')
    // Not by the router, who would tell everybody that something is here.
    if (!/^(GET|HEAD)$/.test(request.method)) {
      throw new Failure('methodNotAllowed', { allow: 'GET, HEAD' })
    }
    await observeQueues(ctx)
    return showMetrics(ctx.metrics)
  })
}

interface Server {
  requestIP(request: Request): { address: string } | null
}

function isFromHere(request: Request, server: unknown): boolean {
  const address = (server as Server | null)?.requestIP(request)?.address ?? ''
  if (!isLoopback(address) || !isOwnName(urlOf(request).hostname)) return false
  return !wasForwarded(request.headers)
}

const isOwnName = (name: string) =>
  name === 'localhost' || isLoopback(name.replaceAll(/[[\]]/g, ''))

/** Jobs by queue and state, looked at when somebody asks. */
export async function observeQueues(ctx: Context): Promise<void> {
  try {
    const depths = await ctx.queues.depths()
    for (const [queue, depth] of Object.entries(depths)) {
      for (const [state, count] of Object.entries(depth)) {
        ctx.metrics.queueDepth.set({ queue, state }, count as number)
      }
    }
  } catch {
    // Redis is away: its gauges keep their last value, the rest is still worth reading.
  }
}
