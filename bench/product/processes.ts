// The product's processes, as an operator starts them, on a fresh database.
import { join } from 'node:path'
import { answering, Child, freePort, runToEnd } from '../lib/child.ts'
import type { Stack } from '../lib/stack.ts'

const root = join(import.meta.dir, '../..')

export interface Product {
  readonly databaseUrl: string
  readonly secret: string
  readonly port: number
  readonly redisPrefix: string
  start(name: string, ...args: string[]): Child
  /** Resolves when the API answers that it is ready. */
  ready(api: Child): Promise<void>
}

/** A migrated database of that name, and what starts processes on it. */
export async function prepareProduct(
  stack: Stack,
  database: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const databaseUrl = await stack.freshDatabase(database)
  const secret = crypto.getRandomValues(Buffer.alloc(48)).toString('base64url')
  const port = freePort()
  const redisPrefix = `bench-${crypto.randomUUID().slice(0, 8)}`
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: stack.redisUrl,
    REDIS_PREFIX: redisPrefix,
    JWT_SECRET: secret,
    PORT: String(port),
    RATE_LIMITS: 'off',
    ...settings,
  }
  const common = { env, cwd: root, logs: stack.logs, input: '' }
  const command = (...args: string[]) => [process.execPath, ...args]
  await runToEnd({ ...common, name: 'migrate', command: command('src/cli.ts', 'migrate') })
  return {
    databaseUrl,
    secret,
    port,
    redisPrefix,
    start: (name, ...args) => new Child({ ...common, name, command: command(...args) }),
    ready: (api) => answering(api, `http://127.0.0.1:${port}/readyz`, (status) => status === 200),
  }
}
