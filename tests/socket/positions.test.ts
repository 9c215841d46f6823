// What a node remembers of its people in conversations has a bound, and forgets the silent first.
import { expect, test } from 'bun:test'
import { Positions } from '../../src/socket/positions.ts'

const max = 100

test('each person has a place in each conversation', () => {
  const positions = new Positions<string>(max)
  for (const conversation of [1, 2]) {
    for (const user of [1, 2]) positions.set(conversation, user, `${user} in ${conversation}`)
  }
  expect(positions.get(1, 2)).toBe('2 in 1')
  expect(positions.get(2, 1)).toBe('1 in 2')
  positions.set(2, 1, 'anew')
  expect([positions.get(2, 1), positions.get(2, 3), positions.get(3, 1)]).toEqual([
    'anew',
    undefined,
    undefined,
  ])
})

test('a conversation that is spoken in stays, with all its people', () => {
  const positions = new Positions<number>(max)
  for (const user of [1, 2, 3]) positions.set(0, user, user)
  for (let conversation = 1; conversation <= 10 * max; conversation++) {
    positions.set(conversation, 1, conversation)
    expect(positions.get(0, 1)).toBe(1)
  }
  expect([positions.get(0, 2), positions.get(0, 3)]).toEqual([2, 3])
})

test.each([
  ['of two', 2],
  ['of many', 40],
])('conversations %s: never more than all of it, and at least the newest half', (_, size) => {
  const positions = new Positions<number>(max)
  const count = Math.ceil((10 * max) / size)
  for (let conversation = 0; conversation < count; conversation++) {
    for (let user = 0; user < size; user++) positions.set(conversation, user, conversation)
  }
  const held: number[] = []
  for (let conversation = count - 1; conversation >= 0; conversation--) {
    // A look counts as use; each is looked at once, the newest first.
    if (positions.get(conversation, 0) === undefined) break
    held.push(conversation)
  }
  expect(held.length * size).toBeGreaterThanOrEqual(max / 2 - size)
  expect(held.length * size).toBeLessThanOrEqual(max + size)
})
