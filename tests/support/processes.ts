// An installation of real processes that a test may kill: servers, API nodes and workers, each
// behind links of its own that can be broken.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import connect, { type Sql } from 'postgres'
import { loadMigrations, migrate } from '../../src/infra/migrate.ts'
import { connectDatabase } from '../../src/infra/db.ts'
import { freePort } from '../../src/local/ports.ts'
import { startPostgres, type Postgres } from '../../src/local/postgres.ts'
import { startRedis, type Redis } from '../../src/local/redis.ts'
import { scratchDir } from '../local/support.ts'
import { eventually } from './eventually.ts'
import { Person } from './people.ts'
import { Program } from './program.ts'
import { Proxy } from './proxy.ts'

type Starter<S> = (port: number) => Promise<S>

/** A Postgres or Redis that can go away and come back on the same port and folder. */
export class Server<S extends Postgres | Redis> {
  private constructor(
    private readonly start: Starter<S>,
    private running: S,
  ) {}

  static async run<S extends Postgres | Redis>(start: Starter<S>): Promise<Server<S>> {
    return new Server(start, await start(await freePort()))
  }

  get alive(): boolean {
    try {
      return process.kill(this.pid, 0)
    } catch {
      return false
    }
  }

  get url(): string {
    return this.running.url
  }

  get port(): number {
    return this.running.port
  }

  get pid(): number {
    return this.running.pid
  }

  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL')
    await this.running.exited
  }

  async restart(): Promise<void> {
    this.running = await this.start(this.port)
  }

  /** Ends without ceremony: Postgres in its immediate mode, Redis on the spot. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.running.stop({ immediate: true })
  }
}

export interface SiteOptions {
  readonly nodes?: number
  readonly workers?: number
}

export class Site implements AsyncDisposable {
  readonly nodes: Program[] = []
  readonly workers: Program[] = []

  private constructor(
    private readonly stack: AsyncDisposableStack,
    private readonly dir: string,
    readonly postgres: Server<Postgres>,
    readonly redis: Server<Redis>,
    /** Straight to Postgres, by no link. */
    readonly sql: Sql<{ bigint: number }>,
  ) {}

  static async start({ nodes = 2, workers = 1 }: SiteOptions = {}): Promise<Site> {
    const stack = new AsyncDisposableStack()
    try {
      const { path, [Symbol.dispose]: clear } = scratchDir('faults')
      stack.defer(() => clear())
      const at = (name: string) => join(path, name)
      mkdirSync(at('logs'))
      const [database, redis] = await Promise.all([
        Server.run((port) => startPostgres({ dir: at('postgres'), port })),
        Server.run((port) => startRedis({ dir: at('redis'), port })),
      ])
      stack.use(redis)
      stack.use(database)
      await prepare(database.url)
      const sql = connect(database.url, { max: 4, onnotice: () => {}, types })
      stack.defer(() => sql.end({ timeout: 1 }))
      const site = new Site(stack, path, database, redis, sql)
      for (let n = 0; n < nodes; n++) site.nodes.push(await site.#program('api', n))
      for (let n = 0; n < workers; n++) site.workers.push(await site.#program('worker', n))
      await Promise.all([...site.nodes, ...site.workers].map((each) => each.start()))
      return site
    } catch (error) {
      await stack.disposeAsync()
      throw error
    }
  }

  get urls(): string[] {
    return this.nodes.map((node) => node.url)
  }

  readonly node = (index: number): Program => this.nodes[index] as Program
  readonly worker = (index: number): Program => this.workers[index] as Program

  /** Everything as at the start, whatever the test before has left broken. */
  async mend(): Promise<void> {
    for (const server of [this.postgres, this.redis]) if (!server.alive) await server.restart()
    for (const program of [...this.nodes, ...this.workers]) {
      for (const link of Object.values(program.links)) {
        link.heal()
        await link.accept()
      }
      if (program.alive) program.signal('SIGCONT')
      else await program.start()
    }
    await eventually(() => this.#answers(), { what: 'nodes whose connections all work' })
  }

  /** More questions at once than a pool has connections: none of them is one that broke. */
  async #answers(): Promise<boolean> {
    const asked = this.urls.flatMap((url) =>
      Array.from({ length: 20 }, () => fetch(`${url}/readyz`)),
    )
    return (await Promise.all(asked)).every(({ ok }) => ok)
  }

  /** Runs a test's body; when it fails, the last words of every process are shown. */
  async under<T>(body: () => Promise<T>): Promise<T> {
    try {
      await this.mend()
      return await body()
    } catch (error) {
      console.error(tails(join(this.dir, 'logs')))
      throw error
    }
  }

  /** Pairs of friends, signed up through the doors. */
  async pairs(count: number): Promise<{ a: Person; b: Person; conversation: number }[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const base = this.urls[n % this.urls.length] as string
        const [a, b] = await Promise.all(['ann', 'ben'].map((name) => Person.signUp(base, name)))
        const [first, second] = [a as Person, b as Person]
        return { a: first, b: second, conversation: await first.befriends(second) }
      }),
    )
  }

  /** Takes Redis's data away while it is down: it comes back empty. */
  forgetRedis(): void {
    rmSync(join(this.dir, 'redis', 'data'), { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.disposeAsync()
  }

  async #program(kind: 'api' | 'worker', index: number): Promise<Program> {
    const name = `${kind}-${index}`
    const links = {
      postgres: this.stack.use(await Proxy.to(this.postgres.port)),
      redis: this.stack.use(await Proxy.to(this.redis.port)),
    }
    const program = new Program(
      name,
      kind === 'api'
        ? ['--preload', './tests/support/lanes.preload.ts', 'src/main.ts']
        : ['workers/main.ts'],
      join(this.dir, 'logs', `${name}.log`),
      {
        HOST: '127.0.0.1',
        PORT: String(await freePort()),
        DATABASE_URL: links.postgres.through(this.postgres.url),
        REDIS_URL: links.redis.through(this.redis.url),
        JWT_SECRET: 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa',
        RATE_LIMITS: 'off',
        PASSWORD_HASH_KIB: '64',
        LOG_LEVEL: process.env['TEST_LOG'] ?? 'info',
      },
      kind === 'api' ? (each) => isReady(each.url) : (each) => /the workers work/.test(each.said),
      links,
    )
    return this.stack.use(program)
  }
}

/** The last words of every process. */
function tails(folder: string): string {
  return readdirSync(folder)
    .map((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
      return `── ${name}\n${lines.slice(-25).join('\n')}`
    })
    .join('\n')
}

const types = { bigint: { to: 20, from: [20], serialize: String, parse: Number } }

async function prepare(url: string): Promise<void> {
  const sql = connectDatabase(url, { connections: 1, name: 'prepare' })
  await migrate(sql, await loadMigrations())
  await sql.end()
}

async function isReady(url: string): Promise<boolean> {
  const signal = AbortSignal.timeout(3_000)
  return fetch(`${url}/readyz`, { signal }).then(
    (answer) => answer.ok,
    () => false,
  )
}
