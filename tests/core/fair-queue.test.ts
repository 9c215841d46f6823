// Fair queueing: who waits behind whom, and who is told to come again, by work that a test ends.
import { expect, test } from 'bun:test'
import { FairQueue, type FairBounds } from '../../src/core/fair-queue.ts'
import { isFailure } from '../../src/core/failure.ts'

/** A queue whose work is done when the test says so. */
function bench(bounds: Partial<FairBounds> = {}, lineMax = 8) {
  const queue = new FairQueue({ parallelMax: 1, waitingMax: 256, workMs: 50, ...bounds })
  const begun: string[] = []
  const refused: { name: string; wait: unknown }[] = []
  const ends: (() => void)[] = []
  let most = 0
  const ask = (place: string, name = place) =>
    void queue
      .run(place, lineMax, async () => {
        begun.push(name)
        await new Promise<void>((end) => {
          most = Math.max(most, ends.push(end))
        })
      })
      .catch((error) => {
        // Its own crowd, or everybody's.
        if (!isFailure(error, 'tooManyRequests') && !isFailure(error, 'busy')) throw error
        refused.push({ name, wait: error.details?.retry_after })
      })
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    queue,
    begun,
    refused,
    most: () => most,
    async asks(place: string, times = 1) {
      for (let n = 1; n <= times; n++) ask(place, times === 1 ? place : `${place} ${n}`)
      await settle()
    },
    /** Ends what runs, as often as it takes or as asked for. */
    async ends(times = Infinity) {
      for (let n = 0; n < times && ends.length > 0; n++) {
        ends.shift()?.()
        await settle()
      }
    },
  }
}

test('a thousand from one place are in nobody’s way but their own', async () => {
  const { asks, ends, begun, refused } = bench()
  await asks('crowd', 1_000)
  await asks('owner')
  await ends(2)
  expect(begun).toEqual(['crowd 1', 'owner', 'crowd 2'])
  await ends()
  expect(begun.filter((name) => name.startsWith('crowd'))).toHaveLength(1 + 8)
  expect(refused).toHaveLength(1_000 - 9)
  expect(refused.every(({ name }) => name.startsWith('crowd'))).toBe(true)
})

test('places have their turns one after the other, each in the order it came', async () => {
  const { asks, ends, begun, most } = bench()
  await asks('a', 4)
  await asks('b', 3)
  await asks('c')
  await ends()
  expect(begun).toEqual(['a 1', 'b 1', 'a 2', 'c', 'b 2', 'a 3', 'b 3', 'a 4'])
  expect(most()).toBe(1)
})

test('whoever is refused hears when those before them have had their turns', async () => {
  const alone = bench({ workMs: 500 })
  await alone.asks('crowd', 10)
  // Eight wait, at half a second each.
  expect(alone.refused).toEqual([{ name: 'crowd 10', wait: 4 }])
  const among = bench({ workMs: 500 })
  await among.asks('others', 9)
  await among.asks('crowd', 9)
  // They have every second turn.
  expect(among.refused).toEqual([{ name: 'crowd 9', wait: 8 }])
  const quick = bench({ workMs: 1 })
  await quick.asks('crowd', 10)
  expect(quick.refused).toEqual([{ name: 'crowd 10', wait: 1 }])
})

test('when all places together are too many, the longest line gives way', async () => {
  const { asks, ends, begun, refused } = bench({ waitingMax: 10 })
  await asks('crowd', 9)
  await asks('b', 2)
  await asks('owner')
  expect(refused.map(({ name }) => name)).toEqual(['crowd 9'])
  // One who has as many as anybody gives way himself.
  const even = bench({ waitingMax: 3 })
  for (const place of ['a', 'b', 'c', 'd', 'e']) await even.asks(place)
  expect(even.refused.map(({ name }) => name)).toEqual(['e'])
  await ends()
  expect(begun).toHaveLength(11)
  expect(begun.slice(0, 4)).toEqual(['crowd 1', 'b 1', 'crowd 2', 'owner'])
})

test('as many run at once as may; a place that was idle is known no more', async () => {
  const { asks, ends, begun, most } = bench({ parallelMax: 2 })
  await asks('a', 5)
  expect(begun).toEqual(['a 1', 'a 2'])
  await ends()
  await asks('a')
  await asks('b')
  expect(begun.slice(5)).toEqual(['a', 'b'])
  await ends()
  expect(most()).toBe(2)
})

test('work that fails passes its turn on', async () => {
  const { queue, asks, ends, begun } = bench()
  const failing = queue.run('a', 8, async () => {
    throw new Error('no')
  })
  expect(await failing.catch((error: Error) => error.message)).toBe('no')
  await asks('b')
  expect(begun).toEqual(['b'])
  await ends()
})
