// How long one thing after another takes.
import { spread } from './numbers.ts'

/** Milliseconds. */
export interface Times {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Milliseconds each; with `own` the work says them itself. */
export async function times(
  count: number,
  work: (n: number) => Promise<unknown>,
  clock: 'here' | 'own' = 'here',
): Promise<number[]> {
  const all: number[] = []
  for (let n = 0; n < count; n++) {
    const begun = performance.now()
    const said = await work(n)
    all.push(clock === 'own' ? Number(said) : performance.now() - begun)
  }
  return all
}

/** The median of the rounds for each percentile. */
export function timesOf(rounds: readonly number[][]): Times {
  const at = (share: number) =>
    spread(
      rounds.map((all) => {
        const sorted = all.toSorted((left, right) => left - right)
        return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
      }),
    ).median
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
