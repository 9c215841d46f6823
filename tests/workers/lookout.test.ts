// What looks after something again and again keeps to its share of the time.
import { expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { Lookout } from '../../workers/lookout.ts'

/** How long each of so many looks worked, where there is always more to do. */
async function looks(count: number, mostMs: number, eachMs: number): Promise<number[]> {
  let now = 0
  const run = () => {
    now += eachMs
    return Promise.resolve(true)
  }
  const failed = (error: unknown) => {
    throw error
  }
  const clock = { ...systemClock, elapsed: () => now }
  const lookout = new Lookout(clock, { everyMs: 1_000, mostMs, run, failed })
  const worked: number[] = []
  for (let n = 0; n < count; n++) {
    const begin = now
    await lookout.look()
    worked.push(now - begin)
    now += 1_000
  }
  return worked
}

test.each([10, 40, 100, 130, 450])(
  'steps of %i ms take no more than their share',
  async (eachMs) => {
    const [count, mostMs] = [20, 100]
    const worked = await looks(count, mostMs, eachMs)
    let sum = 0
    for (const [n, each] of worked.entries()) {
      sum += each
      expect(sum).toBeLessThan((n + 1) * mostMs + eachMs)
    }
    // And no less: what is left to do is done.
    expect(sum).toBeGreaterThanOrEqual(count * mostMs)
  },
)
