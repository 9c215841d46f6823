// How many of each emoji a message has. Pure.

/** How many there are of each, in the order in which they were first used. */
export type Tally = readonly (readonly [emoji: string, count: number])[]

export function added(tally: Tally, emoji: string): Tally {
  const isKnown = tally.some(([each]) => each === emoji)
  if (!isKnown) return [...tally, [emoji, 1]]
  return tally.map(([each, count]) => [each, each === emoji ? count + 1 : count])
}

export function removed(tally: Tally, emoji: string): Tally {
  return tally.flatMap(([each, count]) => {
    if (each !== emoji) return [[each, count] as const]
    return count > 1 ? [[each, count - 1] as const] : []
  })
}
