// People who say something now and have it sent later, and the worker processes that send it.
import type { BaseContext } from '../../src/context.ts'
import { limits } from '../../src/features/scheduling/limits.ts'
import type { Sql } from '../../src/infra/db.ts'
import type { ScheduledMessage } from '../../src/protocol/scheduled.ts'
import { startWorkers } from '../../workers/worker-process.ts'
import { FiringClock } from './clock.ts'
import { eventually } from './eventually.ts'
import { install, type Installation } from './installation.ts'
import type { Person } from './people.ts'

/** Worker processes look when they are told to, and at a time of day that a test sets forward. */
class Alarm extends FiringClock {
  ahead = 0

  override now(): Date {
    return new Date(super.now().getTime() + this.ahead)
  }
}

/** An installation with two nodes and two worker processes. */
export class Later implements AsyncDisposable {
  private constructor(
    readonly app: Installation,
    readonly clock: Alarm,
    readonly workers: readonly [BaseContext, BaseContext],
    private readonly second: AsyncDisposable,
  ) {}

  static async install(): Promise<Later> {
    const clock = new Alarm([limits.scheduled.lookMs])
    const app = await install({ nodes: 2, clock })
    const second = await startWorkers(app.config, { clock, log: app.nodes[0]!.ctx.log })
    return new Later(app, clock, [app.workerProcess!.ctx, second.ctx], second)
  }

  get sql(): Sql {
    return this.app.nodes[0]!.ctx.sql
  }

  inSeconds(seconds: number): Date {
    return new Date(this.clock.now().getTime() + seconds * 1000)
  }

  /** In a minute, if nothing else is said. */
  schedules(
    who: Person,
    to: Person | string,
    content: string,
    more: Record<string, unknown> = {},
  ): Promise<ScheduledMessage> {
    const target = typeof to === 'string' ? { group_id: to } : { to_user_id: to.userId }
    const said = { ...target, message_type: 1, content, send_at: this.inSeconds(60), ...more }
    return who.does('messages.schedule', said)
  }

  /** What is due within so many seconds is due now, and both worker processes look. */
  goesBy(seconds: number): void {
    this.clock.ahead += seconds * 1000
    this.clock.fire(limits.scheduled.lookMs)
  }

  async isSettled(who: Person, id: number): Promise<{ state: number; error: number | null }> {
    return eventually(
      async () => {
        this.goesBy(0)
        const [row] = await this.sql<{ state: number; error: number | null }[]>`
          select state, error_code as error from scheduled_messages where id = ${id} and state > 1`
        return row
      },
      { what: `the end of what ${who.userId} scheduled` },
    )
  }

  async group(owner: Person, ...others: Person[]): Promise<{ group_id: string; id: number }> {
    const { group_id, conversation_id: id } = await owner.does('groups.create', {
      name: 'Herons',
      is_public: true,
    })
    for (const other of others) await other.does('groups.join', { group_id })
    return { group_id, id }
  }

  async dispose(): Promise<void> {
    await this.second[Symbol.asyncDispose]()
    await this.app[Symbol.asyncDispose]()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }
}

export const listed = (who: Person, page: object = {}) =>
  who.does('messages.scheduled', { ...page })

export const wordsListed = async (who: Person) =>
  (await listed(who)).list.map(({ content }) => content)

export const said = async (who: Person, conversation: number) =>
  (await who.reads(conversation))
    .filter((each) => each.message_type !== 6)
    .map((each) => each.content)
