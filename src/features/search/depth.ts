// How far down a search reads at once: of each stretch as much as is newer than one and the same id, as far
// as that can be told before.

/** Some messages of a conversation one after the other, by rising seq. */
export interface Stretch {
  readonly conversation: number
  readonly low: number
  readonly high: number
  /** None of them has an id above this. */
  readonly bound: number
  /** By how much ids rise there from one message to the next; a guess. */
  readonly pace: number
}

/** So many of them are expected to be newer than an id. */
export function lengthDownTo({ low, high, bound, pace }: Stretch, id: number): number {
  if (bound <= id) return 0
  return Math.min(high - low + 1, 1 + Math.floor((bound - id - 1) / Math.max(pace, 1)))
}

/**
 * The id down to which so many messages are expected, none below `lowest`; `stretches` by falling bound.
 * At least the newest message is above it.
 */
export function depthOf(stretches: readonly Stretch[], lowest: number, size: number): number {
  const lengthTo = (id: number) => {
    let sum = 0
    for (const each of stretches) {
      if (each.bound <= id || sum > size) break
      sum += lengthDownTo(each, id)
    }
    return sum
  }
  if (lengthTo(lowest) <= size) return lowest
  let [under, over] = [lowest, (stretches[0]?.bound ?? 0) - 1]
  while (over - under > 1) {
    const middle = Math.floor((under + over) / 2)
    if (lengthTo(middle) <= size) over = middle
    else under = middle
  }
  return over
}
