// Work on many things that leaves the event loop to others in between.
import { setImmediate } from 'node:timers/promises'

/** Resolves when all is done: so many in one turn of the event loop, the next ones in a later turn. */
export async function inTurns<T>(
  all: Iterable<T>,
  perTurn: number,
  work: (each: T) => void,
): Promise<void> {
  let done = 0
  for (const each of all) {
    if (done > 0 && done % perTurn === 0) await setImmediate()
    work(each)
    done++
  }
}
