// Idle sockets in as many holder processes as they need.
import { join } from 'node:path'
import type { Held, HoldPlan } from '../load/plan.ts'
import { Child } from './child.ts'

/** One process may have only so many files open, and a source address only so many ports. */
const socketsPerHolder = 12_000

const holderPath = join(import.meta.dir, '../load/hold.ts')

export class Holder {
  readonly #children: { child: Child; lines: AsyncGenerator<string>; room: number }[] = []

  constructor(plan: HoldPlan, logs: string) {
    for (let from = 0; from < plan.seats.length; from += socketsPerHolder) {
      const seats = plan.seats.slice(from, from + socketsPerHolder)
      const command = [process.execPath, holderPath]
      const child = new Child({ name: 'holder', command, logs, listen: true })
      child.tell(JSON.stringify({ ...plan, seats }))
      this.#children.push({ child, lines: child.lines(), room: seats.length })
    }
  }

  /** Opens sockets until there are `count`; answers how long that took. */
  async openUpTo(count: number): Promise<Held> {
    let rest = count
    const answers = this.#children.map(async ({ child, lines, room }) => {
      const share = Math.min(room, rest)
      rest -= share
      child.tell(String(share))
      const { value, done } = await lines.next()
      if (done) throw new Error(child.lastWords())
      return JSON.parse(value) as Held
    })
    const held = await Promise.all(answers)
    return {
      open: held.reduce((sum, one) => sum + one.open, 0),
      seconds: Math.max(...held.map((one) => one.seconds)),
      trouble: held.flatMap((one) => one.trouble),
    }
  }

  async end() {
    await Promise.all(
      this.#children.map(async ({ child, lines }) => {
        child.tell('end')
        for await (const _ of lines) continue
      }),
    )
  }
}
