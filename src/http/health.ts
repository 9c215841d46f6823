// Is the process alive, can it serve?
import { Elysia } from 'elysia'
import { withDeadline } from '../core/clock.ts'
import type { Context } from '../context.ts'

export interface Readiness {
  database: boolean
  redis: boolean
  migrations: boolean
  draining: boolean
}

const probeMs = 2_000

export function healthRoutes(ctx: Context, draining: () => boolean) {
  return new Elysia({ name: 'health' })
    .get('/healthz', () => Response.json({ status: 'ok' }))
    .get('/readyz', async () => {
      const state = await readiness(ctx, draining())
      // Without Redis messages are still acknowledged: degraded, yet worth sending people to.
      const ready = state.database && state.migrations && !state.draining
      return Response.json(
        { status: ready ? (state.redis ? 'ok' : 'degraded') : 'unavailable', ...state },
        ready ? {} : { status: 503, headers: { 'retry-after': '1' } },
      )
    })
}

async function readiness(ctx: Context, draining: boolean): Promise<Readiness> {
  const late = () => new Error('no answer in time')
  const probe = (name: keyof Context['probes']) =>
    withDeadline(ctx.clock, probeMs, ctx.probes[name](), late).then(
      (value) => value !== false,
      () => false,
    )
  const [database, redis, migrations] = await Promise.all([
    probe('database'),
    probe('redis'),
    probe('migrations'),
  ])
  return { database, redis, migrations, draining }
}
