// Long work leaves the event loop to others.
import { expect, test } from 'bun:test'
import { inTurns } from '../../src/core/turns.ts'

test.each([
  [0, ''],
  [2, '01'],
  [3, '01|2'],
  [6, '01|23|45'],
])('%i things, two in a turn, with others in between', async (count, expected) => {
  let said = ''
  let isOver = false
  const others = () => {
    if (isOver) return
    said += '|'
    setImmediate(others)
  }
  setImmediate(others)
  const all = Array.from({ length: count }, (_, at) => at)
  await inTurns(all, 2, (each) => (said += each))
  isOver = true
  expect(said.replace(/\|+$/, '').replaceAll(/\|+/g, '|')).toBe(expected)
})

test('all of it is done once, and what fails is told', async () => {
  const seen: number[] = []
  await inTurns(new Set([1, 2, 3]), 1, (each) => seen.push(each))
  expect(seen).toEqual([1, 2, 3])
  const failing = inTurns([1, 2], 1, (each) => {
    if (each === 2) throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
})
