// A whole installation in this process: API nodes, workers, a mail server, a database of its own.
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { startApi, type Api } from '../../src/api.ts'
import { loadConfig, type Config } from '../../src/config.ts'
import { must } from '../../src/core/assert.ts'
import type { Clock } from '../../src/core/clock.ts'
import { createLog } from '../../src/core/log.ts'
import {
  startWorkers,
  type WorkerProcess,
  type WorkerOptions,
} from '../../workers/worker-process.ts'
import { createDatabase, redisUrl } from './database.ts'
import { eventually } from './eventually.ts'
import { Person } from './people.ts'
import { seat } from './seat.ts'

export interface InstallationOptions {
  readonly nodes?: number
  readonly workers?: boolean | WorkerOptions
  readonly clock?: Clock
  readonly env?: Readonly<Record<string, string>>
  /** Told of every statement the nodes send. */
  readonly onStatement?: (statement: string) => void
}

export interface Installation extends AsyncDisposable {
  readonly config: Config
  readonly env: Readonly<Record<string, string>>
  readonly nodes: readonly Api[]
  readonly workerProcess: WorkerProcess | null
  /** Base address of a node's REST door. */
  url(node?: number): string
  /** People who have signed up with a password some time ago, by the names of their ids. */
  people<N extends string>(...names: N[]): Promise<Record<N, Person>>
  /** The same by the real door: each gets a mail with a code. */
  signUp<N extends string>(...names: N[]): Promise<Record<N, Person>>
  /** The newest code mailed to an address. */
  codeFor(email: string): Promise<string>
  readonly mails: readonly ReceivedMail[]
}

export interface ReceivedMail {
  readonly to: string
  readonly raw: string
}

let count = 0

export async function install(options: InstallationOptions = {}): Promise<Installation> {
  const stack = new AsyncDisposableStack()
  const mails: ReceivedMail[] = []
  const mailbox = await (idleMailboxes.pop() ?? Mailbox.open())
  mailbox.mails = mails
  stack.defer(() => void idleMailboxes.push(mailbox))
  const mediaDir = join(tmpdir(), `curlew-media-${process.pid}-${count + 1}`)
  stack.defer(() => rm(mediaDir, { recursive: true, force: true }))
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: await createDatabase(),
    REDIS_URL: redisUrl(),
    REDIS_PREFIX: `test-${process.pid}-${++count}`,
    JWT_SECRET: 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa',
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(mailbox.port),
    RATE_LIMITS: 'off',
    PASSWORD_HASH_KIB: '64',
    // Made by the first upload.
    MEDIA_DIR: mediaDir,
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    ...options.env,
  }
  const config = loadConfig(env)
  const parts = {
    ...(options.clock ? { clock: options.clock } : {}),
    log: createLog(config.logLevel, 'test'),
  }
  const { onStatement } = options
  const watch = onStatement ? { onStatement } : {}
  const nodes: Api[] = []
  for (let index = 0; index < (options.nodes ?? 1); index++) {
    nodes.push(stack.use(await startApi(config, { ...parts, ...watch })))
  }
  const wanted = options.workers ?? true
  const workerProcess =
    wanted === false
      ? null
      : stack.use(await startWorkers(config, { ...parts, ...(wanted === true ? {} : wanted) }))
  const url = (node = 0) => `http://127.0.0.1:${nodes[node]?.port}`
  const codeFor = (email: string) =>
    eventually(() => codeIn(mails, email.toLowerCase()), { what: `a code for ${email}` })
  return {
    config,
    env,
    nodes,
    workerProcess,
    url,
    mails,
    codeFor,
    async people(...names) {
      const places = nodes.map(({ ctx }, index) => ({ url: url(index), ctx }))
      const made: [string, Person][] = []
      // One after the other: lists that are in the order of signing up have the order of the names.
      for (const [index, name] of names.entries()) {
        const place = must(places[index % places.length], 'an installation has a node')
        made.push([name, await seat(place, name, false)])
      }
      return Object.fromEntries(made) as Record<(typeof names)[number], Person>
    },
    async signUp(...names) {
      const made = await Promise.all(
        names.map(async (name, index) => [
          name,
          await Person.signUp(url(index % nodes.length), name),
        ]),
      )
      return Object.fromEntries(made)
    },
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync()
    },
  }
}

/** A mail server that installations use one after the other: each makes a TLS context, which costs. */
class Mailbox {
  mails: ReceivedMail[] = []
  readonly #server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      const { mails } = this
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString()
        for (const to of session.envelope.rcptTo) mails.push({ to: to.address, raw })
        done()
      })
    },
  })

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox()
    const server = mailbox.#server
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    server.server.unref()
    return mailbox
  }

  get port(): number {
    return (this.#server.server.address() as { port: number }).port
  }
}

const idleMailboxes: Mailbox[] = []

/** The newest code mailed to an address, in whatever language; other mails have none. */
async function codeIn(mails: readonly ReceivedMail[], email: string): Promise<string | undefined> {
  for (const mail of mails.filter(({ to }) => to === email).toReversed()) {
    const { subject = '', text = '' } = await PostalMime.parse(mail.raw)
    const code = /\d{6}/.exec(subject)?.[0]
    if (code !== undefined && text.includes(code)) return code
  }
  return undefined
}
