// The order of a conversation's frames at one node, for any order they arrive in.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'
import { Sequence } from '../../src/socket/sequence.ts'

/** Time stands still until the test runs what was set for later. */
function stillClock() {
  const later: (() => void)[] = []
  const clock: Clock = {
    ...systemClock,
    elapsed: () => 0,
    after(milliseconds, run) {
      expect(milliseconds).toBe(limits.order.holdMs)
      later.push(run)
      return { stop: () => void later.splice(later.indexOf(run), 1) }
    },
  }
  return { clock, pass: () => later.splice(0).forEach((run) => run()), later }
}

const place = (seq: number, first: number) => ({
  conversation: 1,
  user: 1,
  seq,
  follows: seq > first,
})

test('in whatever order frames arrive, they leave in theirs', () => {
  const arrivals = fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 30 }))
    .chain(([first, count]) =>
      fc.tuple(
        fc.constant(first),
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, n) => first + n),
          { minLength: count, maxLength: count },
        ),
      ),
    )
  fc.assert(
    fc.property(arrivals, ([first, seqs]) => {
      const { clock, later } = stillClock()
      const sequence = new Sequence(clock, () => {})
      const left: number[] = []
      for (const seq of seqs) sequence.pass(place(seq, first), () => left.push(seq))
      expect(left).toEqual(seqs.toSorted((a, b) => a - b))
      expect(later).toHaveLength(0)
    }),
  )
})

test('what is missing is not waited for long, and nothing is kept back', () => {
  const some = fc
    .integer({ min: 2, max: 30 })
    .chain((count) => fc.shuffledSubarray(Array.from({ length: count }, (_, n) => n + 1)))
  fc.assert(
    fc.property(some, (seqs) => {
      const { clock, pass } = stillClock()
      const sequence = new Sequence(clock, () => {})
      const left: number[] = []
      for (const seq of seqs) sequence.pass(place(seq, 1), () => left.push(seq))
      pass()
      expect(left.toSorted((a, b) => a - b)).toEqual(seqs.toSorted((a, b) => a - b))
      expect(left).toEqual(left.toSorted((a, b) => a - b))
    }),
  )
})

test('one person’s hole does not keep another waiting', () => {
  const { clock } = stillClock()
  const sequence = new Sequence(clock, () => {})
  const left: string[] = []
  sequence.pass({ ...place(1, 1), user: 1 }, () => left.push('one 1'))
  sequence.pass({ ...place(3, 1), user: 1 }, () => left.push('one 3'))
  sequence.note({ ...place(2, 2), user: 2 })
  sequence.pass({ ...place(3, 1), user: 2 }, () => left.push('two 3'))
  expect(left).toEqual(['one 1', 'two 3'])
})
