// One API node: context, doors and listener, started and stopped as one.
import { createApp } from './app.ts'
import { bootApi } from './boot.ts'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import type { Clock } from './core/clock.ts'
import type { Log } from './core/log.ts'
import { features } from './features/all.ts'
import { observeQueues } from './http/metrics.ts'
import { unmigrated } from './infra/db.ts'
import { serveMetrics } from './infra/metrics.server.ts'
import { onDurableServers } from './process.ts'
import { Door } from './socket/door.ts'

export interface Api extends AsyncDisposable {
  readonly ctx: Context
  readonly door: Door
  readonly port: number
}

export interface ApiParts {
  readonly clock?: Clock
  readonly log?: Log
  readonly onStatement?: (statement: string) => void
}

export async function startApi(config: Config, parts: ApiParts = {}): Promise<Api> {
  const booted = await onDurableServers(await bootApi(config, parts))
  // Made now, so that no request waits for one.
  for (const { states = [] } of features) states.forEach((state) => booted.ctx.of(state))
  const door = new Door(booted.ctx)
  await door.start()
  const app = createApp(booted.ctx, door, Object.values(booted.queues.queues))
  const stopServing = serveMetrics(config, booted.ctx.metrics, () => observeQueues(booted.ctx))
  app.listen({ port: config.port, hostname: config.host, reusePort: false })
  sayUnmigrated(booted.ctx)
  let stopped: Promise<void> | null = null
  const stop = async () => {
    // New requests are refused by /readyz first, sockets told to go, what was begun is finished.
    await door.stop()
    await app.stop(false).catch(() => {})
    await stopServing()
    await booted[Symbol.asyncDispose]()
  }
  return {
    ctx: booted.ctx,
    door,
    port: app.server?.port ?? config.port,
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  }
}

/** It waits for the migrations as it does for Postgres: /readyz sends nobody here until then. */
function sayUnmigrated({ probes, log }: Context): void {
  probes.migrations().then(
    (all) => all === false && log.warn(unmigrated),
    () => {},
  )
}
