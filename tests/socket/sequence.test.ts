// The order of a conversation's frames at one node, for any order they arrive in.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import type { Gap, Missed } from '../../src/features/messages/delivery/missed.ts'
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
  return { clock, later }
}

/** A node whose database knows the seqs in `stored`, or is away. */
function node(stored: readonly number[] | null = []) {
  const { clock, later } = stillClock()
  const left: number[] = []
  const asked: Gap[] = []
  const find = async (gap: Gap): Promise<Missed[]> => {
    asked.push(gap)
    if (stored === null) throw new Error('the database is away')
    const { after, before } = gap
    return stored
      .filter((seq) => seq > (after ?? 0) && seq < before)
      .map((seq) => ({ seq, frame: String(seq) }))
  }
  const give = (_: number, frame: string) => void left.push(Number(frame))
  const sequence = new Sequence({ clock, onHeld: () => {}, find, give })
  /** Patience ends, and what is asked then is answered. */
  const pass = async () => {
    later.splice(0).forEach((run) => run())
    await setImmediate()
  }
  const arrive = (seq: number, first = 1) => sequence.pass(place(seq, first), () => left.push(seq))
  return { sequence, arrive, left, asked, later, pass }
}

const place = (seq: number, first: number) => ({
  conversation: 1,
  user: 1,
  seq,
  follows: seq > first,
})

const rising = (seqs: readonly number[]) => seqs.toSorted((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1)

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
      const { arrive, left, later } = node()
      for (const seq of seqs) arrive(seq, first)
      expect(left).toEqual(rising(seqs))
      expect(later).toHaveLength(0)
    }),
  )
})

/** Some seqs of 1 … count in any order, and how many of them come before patience ends. */
const some = fc
  .integer({ min: 2, max: 30 })
  .chain((count) =>
    fc.tuple(fc.constant(count), fc.shuffledSubarray(upTo(count)), fc.nat(count), fc.boolean()),
  )

test('what is missing is not waited for long, and nothing is kept back', async () => {
  await fc.assert(
    fc.asyncProperty(some, async ([, seqs, , isAway]) => {
      const { arrive, left, pass } = node(isAway ? null : [])
      for (const seq of seqs) arrive(seq)
      await pass()
      expect(rising(left)).toEqual(rising(seqs))
      expect(left).toEqual(rising(left))
    }),
  )
})

test('what is missing is told as the database has it, once and in order, however late it comes', async () => {
  await fc.assert(
    fc.asyncProperty(some, async ([count, seqs, early]) => {
      const { arrive, left, pass } = node(upTo(count))
      for (const seq of seqs.slice(0, early)) arrive(seq)
      await pass()
      for (const seq of seqs.slice(early)) arrive(seq)
      await pass()
      expect(left).toEqual(upTo(Math.max(0, ...seqs)))
    }),
  )
})

test('what comes while it is looked for is told once', async () => {
  await fc.assert(
    fc.asyncProperty(some, async ([count, seqs, early]) => {
      const { arrive, left, later, pass } = node(upTo(count))
      for (const seq of seqs.slice(0, early)) arrive(seq)
      later.splice(0).forEach((run) => run())
      for (const seq of seqs.slice(early)) arrive(seq)
      await pass()
      await pass()
      expect(left).toEqual(upTo(Math.max(0, ...seqs)))
    }),
  )
})

test('where an order begins is not known: what was said in the last moments is asked for', async () => {
  const { arrive, asked, left, pass } = node([8, 9])
  arrive(10)
  await pass()
  expect(asked).toEqual([{ conversation: 1, user: 1, after: null, before: 10 }])
  expect(left).toEqual([8, 9, 10])
})

test('its own word, acknowledged while it was looked for, is not told to its sender', async () => {
  const { sequence, arrive, left, later, pass } = node([1, 2, 3])
  arrive(1)
  arrive(3)
  later.splice(0).forEach((run) => run())
  sequence.note(place(2, 1))
  await pass()
  expect(left).toEqual([1, 3])
})

test('a database that takes its time keeps no more waiting than the bound', async () => {
  const { arrive, left, later, pass } = node([1, 2])
  arrive(3)
  later.splice(0).forEach((run) => run())
  const last = 2 + 2 * limits.order.heldMax
  for (let seq = 4; seq <= last; seq++) arrive(seq)
  expect(left).toEqual(upTo(last).slice(2))
  arrive(last + 1)
  await pass()
  expect(left).toEqual(upTo(last + 1).slice(2))
})

test('who only speaks is asked about never, however much that is', async () => {
  const { sequence, arrive, asked, left, pass } = node([])
  const many = limits.order.heldMax + 10
  for (let seq = 2; seq < many; seq++) sequence.note(place(seq, 1))
  arrive(many)
  await pass()
  expect([asked, left]).toEqual([[], [many]])
})

test('one person’s hole does not keep another waiting', () => {
  const { sequence } = node()
  const left: string[] = []
  sequence.pass({ ...place(1, 1), user: 1 }, () => left.push('one 1'))
  sequence.pass({ ...place(3, 1), user: 1 }, () => left.push('one 3'))
  sequence.note({ ...place(2, 2), user: 2 })
  sequence.pass({ ...place(3, 1), user: 2 }, () => left.push('two 3'))
  expect(left).toEqual(['one 1', 'two 3'])
})
