// Many sockets that speak to each other, in a process of their own.
import { join } from 'node:path'
import type { CrowdLoad, CrowdOutcome, CrowdPlan } from '../load/plan.ts'
import { Child } from './child.ts'
import { coresOfOthers, cpuPerMessage, readCpu, type CpuReading, type Watched } from './proc.ts'
import type { Stack } from './stack.ts'

export interface CrowdRound extends CrowdOutcome {
  /** Microseconds on the processors per delivered frame, by process. */
  readonly cpuMicros: Readonly<Record<string, number>>
  readonly coresOfOthers: number
}

const crowdPath = join(import.meta.dir, '../load/crowd.ts')

export class Crowd {
  readonly #child: Child
  readonly #lines: AsyncGenerator<string>

  private constructor(
    plan: CrowdPlan,
    private readonly stack: Stack,
    private readonly watched: ReadonlyMap<string, Watched>,
  ) {
    const command = [process.execPath, crowdPath]
    this.#child = new Child({ name: 'crowd', command, logs: stack.logs, listen: true })
    this.#lines = this.#child.lines()
    this.#child.tell(JSON.stringify(plan))
  }

  /** Resolves when all sockets are open and greeted. */
  static async gather(
    plan: CrowdPlan,
    stack: Stack,
    watched: ReadonlyMap<string, Watched>,
  ): Promise<Crowd> {
    const crowd = new Crowd(plan, stack, watched)
    const { trouble } = JSON.parse(await crowd.#next()) as { trouble: string[] }
    if (trouble.length > 0) throw new Error(trouble.join('; '))
    return crowd
  }

  async run(load: CrowdLoad): Promise<CrowdRound> {
    const pid = this.#child.pid
    const all = new Map([
      ...this.watched,
      ...this.stack.watched,
      ['crowd', { pid, family: false }] as const,
    ])
    this.#child.tell(JSON.stringify(load))
    const before = await this.#reading('measure', all)
    const after = await this.#reading('drain', all)
    const outcome = JSON.parse(await this.#next()) as CrowdOutcome
    return {
      ...outcome,
      cpuMicros: cpuPerMessage(before, after, outcome.deliveries * outcome.seconds),
      coresOfOthers: coresOfOthers(before, after),
    }
  }

  async end() {
    this.#child.tell('end')
    for await (const _ of this.#lines) continue
  }

  async #reading(word: string, all: ReadonlyMap<string, Watched>): Promise<CpuReading> {
    const line = await this.#next()
    if (line !== word) throw new Error(`the crowd said ${line}`)
    return readCpu(all)
  }

  async #next(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(this.#child.lastWords())
    return value
  }
}
