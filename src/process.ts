// The life of a process: one sentence when it cannot start, a graceful shutdown on the first signal
// (nothing new is taken, what was begun is finished), an end on the second.
import { adviceNow } from './advice.ts'
import type { Booted } from './boot.ts'
import type { BaseContext } from './context.ts'
import { limits } from './core/limits.ts'
import type { Log } from './core/log.ts'
import { ConfigError } from './config.ts'
import { isUnmigrated, unmigrated } from './infra/db.ts'
import { requireDurability } from './infra/durability.ts'
import { spareLoopback } from './local/loopback.ts'

export async function runProcess(
  start: () => Promise<{ service: AsyncDisposable; log: Log }>,
): Promise<void> {
  spareLoopback()
  try {
    const { service, log } = await start()
    // A bug in one request must not take ten thousand sockets down with it.
    process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'))
    process.on('uncaughtException', (err) => log.error({ err }, 'uncaught exception'))
    let draining = false
    const onSignal = (signal: string) => {
      if (draining) process.exit(1)
      draining = true
      log.info({ signal }, 'draining')
      setTimeout(() => {
        log.warn('the drain took too long')
        process.exit(1)
      }, limits.drainMs).unref()
      void service[Symbol.asyncDispose]().then(
        () => process.exit(0),
        (err) => {
          log.error({ err }, 'the drain failed')
          process.exit(1)
        },
      )
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
    // To whoever started it and waits for that: `npm start`, or pm2 with wait_ready.
    process.send?.('ready')
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`)
    process.exit(1)
  }
}

/** Goes on only with servers that keep what they are given. */
export async function onDurableServers<C extends BaseContext>(
  booted: Booted<C>,
): Promise<Booted<C>> {
  try {
    await requireDurability(booted.ctx)
    const { config, log, redis } = booted.ctx
    for (const each of await adviceNow(config, redis)) log.warn(each.sentence)
    return booted
  } catch (error) {
    await booted[Symbol.asyncDispose]()
    throw error
  }
}

function sentence(error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (isUnmigrated(error)) return unmigrated
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'EADDRINUSE') return 'The port is taken: set PORT to another one.'
  return `Could not start: ${message ?? String(error)}`
}
