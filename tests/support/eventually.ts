// Waits for a state, never for time; says what it saw last when the state does not come.
import { isDeep } from './deep.ts'

export interface Patience {
  /** Milliseconds to wait at most; four times as long where the machine may be busy with other things. */
  readonly within?: number
  readonly what?: string
}

const lookEveryMs = 10

/** The first value of `look` that is neither false nor null nor undefined. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { within = 30_000, what = 'the state' }: Patience = {},
): Promise<Exclude<T, false | null | undefined>> {
  const patience = within * (isDeep ? 1 : 4)
  const end = performance.now() + patience
  let last: unknown
  for (;;) {
    try {
      const value = await look()
      if (value !== false && value !== null && value !== undefined)
        return value as Exclude<T, false | null | undefined>
      last = value
    } catch (error) {
      last = error
    }
    if (performance.now() > end) {
      throw new Error(`${what} did not come within ${patience} ms; last seen: ${show(last)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

function show(value: unknown): string {
  return value instanceof Error ? (value.stack ?? value.message) : Bun.inspect(value)
}
