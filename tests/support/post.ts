// An installation with a mail server that can be troubled, and what a test asks about its mails.
import type { Job, Queue } from 'bullmq'
import { Writable } from 'node:stream'
import pino from 'pino'
import { limits } from '../../src/limits.ts'
import { sendMail } from '../../src/features/mails/letter.ts'
import { queueOf } from './admin.ts'
import { ShiftedClock } from './clock.ts'
import { eventually } from './eventually.ts'
import { install, type Installation } from './installation.ts'
import { request, type Answer } from './people.ts'
import { SmtpProcess } from './smtp.ts'

/** Stands in every address and every mail, so that it can be looked for. */
export const secret = 'Heliotrope'

let count = 0
export const someone = () => `someone-${secret}-${++count}@example.com`.toLowerCase()

export class Post implements AsyncDisposable {
  private constructor(
    readonly smtp: SmtpProcess,
    readonly app: Installation,
    readonly queue: Queue,
    readonly clock: ShiftedClock,
    /** Everything the workers logged. */
    readonly logged: readonly string[],
  ) {}

  static async open(more: Readonly<Record<string, string>> = {}): Promise<Post> {
    const clock = new ShiftedClock({ shorten: limits.smtp.deadlineMs, to: 300 })
    const logged: string[] = []
    const stream = new Writable({
      write(chunk, _encoding, done) {
        logged.push(String(chunk))
        done()
      },
    })
    const serializers = { err: pino.stdSerializers.errWithCause }
    const log = pino({ level: 'trace', serializers }, stream)
    const smtp = await SmtpProcess.start()
    const env = { SMTP_PORT: String(smtp.port), ...more }
    const app = await install({ clock, env, workers: { clock, log } })
    return new Post(smtp, app, queueOf(app, 'email'), clock, logged)
  }

  /** As before the first test. */
  async calm(): Promise<void> {
    this.clock.ahead = 0
    this.clock.shortens = false
    await this.smtp.feels({ does: 'take' })
  }

  async mail(email = someone()): Promise<string> {
    const { ctx } = this.app.nodes[0]!
    const words = { nickname: secret }
    await ctx.transact(async (tx) => sendMail(tx, 'welcome', { email, locale: 'en' }, words))
    return email
  }

  askForCode(email: string): Promise<Answer> {
    return request(this.app.url(), 'POST', '/api/v1/users/send-code', { body: { email } })
  }

  /** The job of a mail that could not be sent yet. */
  async waiting(attempts: number): Promise<Job> {
    const delayed = async () =>
      (await this.queue.getDelayed()).find((job) => job.attemptsMade === attempts)
    return eventually(delayed, { what: `a mail after ${attempts} attempts` })
  }

  /** Has it tried now and not after its pause. */
  async again(attempts: number): Promise<void> {
    await (await this.waiting(attempts)).promote()
  }

  async counted(outcome: string): Promise<number> {
    const { values } = await this.app.workerProcess!.ctx.metrics.mails.get()
    return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
  }

  /** Runs and answers how the counts have changed. */
  async changes(work: () => Promise<void>): Promise<Record<string, number>> {
    const outcomes = ['sent', 'refused', 'dead', 'expired', 'later']
    const counts = () => Promise.all(outcomes.map((each) => this.counted(each)))
    const before = await counts()
    await work()
    const idle = async () => (await this.queue.getActiveCount()) === 0
    await eventually(idle, { what: 'no mail under way' })
    const after = await counts()
    const entries = outcomes.map((name, index) => [name, after[index]! - before[index]!] as const)
    return Object.fromEntries(entries.filter(([, change]) => change !== 0))
  }

  async dead(): Promise<Record<string, unknown>[]> {
    return [...(await this.sql`select reason, refusals, since, until from dead_addresses`)]
  }

  get sql() {
    return this.app.nodes[0]!.ctx.sql
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]()
    await this.smtp[Symbol.asyncDispose]()
  }
}
