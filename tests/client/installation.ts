// The real server as processes of its own, on a database and a Redis prefix of their own, so that a
// test can kill it; and people who know each other through the SDK.
import { randomBytes } from 'node:crypto'
import { createClient, type Client, type ClientOptions } from '../../src/client/client.ts'
import { Child } from '../../src/local/child'
import { ourCommands, untilReady } from '../../src/local/commands'
import { rootDir } from '../../src/local/paths'
import { freePort } from '../../src/local/ports'
import { createDatabase, redisUrl } from '../support/database.ts'

export interface Installation extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly databaseUrl: string
  /** Kills the API without a word, and starts it again on the same port. */
  killApi(): Promise<void>
  startApi(): Promise<void>
  /** Asks the API to end, as a deployment does, and starts it again. */
  restartApi(): Promise<void>
}

type Env = Record<string, string | undefined>

function start(command: readonly string[], env: Env): Child {
  const [program = '', ...args] = command
  return new Child({ command: program, args, cwd: rootDir, env })
}

/** Needs the Postgres and the Redis that `npm test` starts. */
export async function startInstallation(more: Env = {}): Promise<Installation> {
  const databaseUrl = await createDatabase()
  const name = `sdk_${randomBytes(6).toString('hex')}`
  const port = await freePort()
  const env: Env = {
    ...process.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl(),
    REDIS_PREFIX: name,
    JWT_SECRET: randomBytes(32).toString('base64url'),
    RATE_LIMITS: 'off',
    PASSWORD_HASH_KIB: '64',
    LOG_LEVEL: 'warn',
    ...more,
  }
  const url = `http://127.0.0.1:${port}`
  const workers = start(ourCommands.workers, env)
  let api: Child | undefined
  const startApi = async () => {
    api = start(ourCommands.api, env)
    await untilReady(`${url}/readyz`, api)
  }
  await startApi()
  return {
    url,
    port,
    databaseUrl,
    startApi,
    killApi: async () => void (await api?.stop('SIGKILL')),
    restartApi: async () => {
      await api?.stop('SIGTERM')
      await startApi()
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([api?.stop('SIGTERM'), workers.stop('SIGTERM')])
    },
  }
}

let people = 0

/** A new account, signed in. */
export async function signUp(
  installation: Installation,
  name: string,
  options: Partial<ClientOptions> = {},
): Promise<Client & { readonly userId: string }> {
  const client = createClient({ url: installation.url, ...options })
  const user_id = `${name}_${++people}`
  const account = { email: `${user_id}@example.com`, password: 'correct horse' }
  // Signs in: the client takes its session from the answer.
  await client.call('accounts.registerWithPassword', { ...account, user_id, nickname: name })
  return Object.assign(client, { userId: user_id })
}

/** Makes friends of two people. */
export async function befriend(one: Client, other: Client & { userId: string }): Promise<void> {
  const request = await one.call('friends.sendRequest', { to_user_id: other.userId })
  await other.call('friends.acceptRequest', { request_id: request.id })
}
