// What is said once in a while, by a clock that the test moves.
import { expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { Throttle } from '../../src/core/throttle.ts'

test('each thing is said once in a period, and no more of them than may be at once', () => {
  let elapsed = 0
  const seldom = new Throttle({ ...systemClock, elapsed: () => elapsed }, 1_000, 2)
  expect(['a', 'a', 'b', 'c', 'a'].map((what) => seldom.due(what))).toEqual([
    true,
    false,
    true,
    false,
    false,
  ])
  elapsed = 999
  expect(seldom.due('a')).toBe(false)
  elapsed = 1_000
  expect(['a', 'c', 'b'].map((what) => seldom.due(what))).toEqual([true, true, false])
})
