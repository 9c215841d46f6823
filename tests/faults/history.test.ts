// The checker itself: a good history passes, and every way of breaking a promise is caught.
import { describe, expect, test } from 'bun:test'
import { check, countLate, type History, type Row, type Said } from '../support/history.ts'

type Editable = {
  said: Said[]
  rows: Row[]
  reads: { reader: string; conversation: number; list: { id: number; seq: number }[] }[]
  applied: { reader: string; conversation: number; list: { id: number; seq: number }[] }[]
}

/** Two people, twenty messages in turn; the answer to the last was lost and it is stored. */
function good(): Editable {
  const said: Said[] = []
  const rows: Row[] = []
  for (let n = 1; n <= 20; n++) {
    const sender = n % 2 ? 'ann' : 'ben'
    const message = { sender, conversation: 7, clientMsgId: `m${n}`, content: `word ${n}` }
    const acks = n === 20 ? [] : [{ id: 100 + n, seq: n, at: n * 10 + 5 }]
    said.push({ ...message, invoked: [n * 10], acks, refusals: 0 })
    rows.push({ ...message, id: 100 + n, seq: n })
  }
  const views = () =>
    ['ann', 'ben'].map((reader) => ({
      reader,
      conversation: 7,
      list: rows.map(({ id, seq }) => ({ id, seq })),
    }))
  return { said, rows, reads: views(), applied: views() }
}

function broken(change: (history: Editable) => void): string[] {
  const history = good()
  change(history)
  return check(history as History)
}

const nth = <T>(list: T[], index: number): T => list[index] as T

test('a good history has nothing against it', () => {
  expect(check(good())).toEqual([])
})

test('an unknown send may be stored or not', () => {
  const gone = broken((h) => {
    h.rows.pop()
    for (const view of [...h.reads, ...h.applied]) view.list.pop()
  })
  expect(gone).toEqual([])
})

describe('caught:', () => {
  const mutants: [string, string, (history: Editable) => void][] = [
    ['a dropped row', 'I1', (h) => h.rows.splice(4, 1)],
    [
      'a dropped row, the later ones moved up',
      'I1',
      (h) => {
        h.rows.splice(4, 1)
        h.rows = h.rows.map((row, index) => ({ ...row, seq: index + 1 }))
      },
    ],
    ['a doubled row', 'I2', (h) => h.rows.push({ ...nth(h.rows, 3), id: 999, seq: 21 })],
    [
      'a row nobody said',
      'I2',
      (h) => h.rows.push({ ...nth(h.rows, 3), clientMsgId: 'x', seq: 21 }),
    ],
    ['other content', 'I2', (h) => (h.rows[3] = { ...nth(h.rows, 3), content: 'other' })],
    ['an ack without a row', 'I1', ackLost],
    ['two acks that differ', 'I2', (h) => nth(h.said, 3).acks.push({ id: 1, seq: 9, at: 999 })],
    ['a hole', 'I3', (h) => (h.rows[19] = { ...nth(h.rows, 19), seq: 21 })],
    ['two rows swapped', 'I3', swapRows],
    ['a sender overtaken by itself', 'I4', swapEverywhere],
    ['a sender overtaken although refused once', 'I4', swapAfterRefusal],
    ['a sender overtaken without waiting', 'I4', swapTogether],
    ['a reader who misses one', 'I3', (h) => nth(h.reads, 1).list.splice(5, 1)],
    ['a reader who misses the last', 'I1', (h) => nth(h.reads, 1).list.pop()],
    ['a reader who sees nothing', 'I1', (h) => nth(h.reads, 0).list.splice(0)],
    [
      'a repeat that was applied',
      'I3',
      (h) => nth(h.applied, 0).list.splice(3, 0, { id: 103, seq: 3 }),
    ],
    ['two applied in the wrong order', 'I3', (h) => swap(nth(h.applied, 0).list, 8, 9)],
    ['another id under a seq', 'I3', (h) => (nth(h.applied, 0).list[2] = { id: 555, seq: 3 })],
  ]
  for (const [name, promise, change] of mutants) {
    test(name, () => {
      const found = broken(change)
      expect(found.some((words) => words.startsWith(promise))).toBe(true)
    })
  }
})

function ackLost(history: Editable): void {
  history.rows.pop()
  nth(history.said, 19).acks.push({ id: 120, seq: 20, at: 999 })
}

function swap<T>(list: T[], a: number, b: number): void {
  ;[list[a], list[b]] = [nth(list, b), nth(list, a)]
}

/** The seqs of two rows trade places; the acknowledgements say otherwise. */
function swapRows(history: Editable): void {
  const [a, b] = [nth(history.rows, 4), nth(history.rows, 6)]
  history.rows[4] = { ...a, seq: b.seq }
  history.rows[6] = { ...b, seq: a.seq }
}

/** Rows, acks and views agree that a sender's second message came first. */
function swapEverywhere(history: Editable): void {
  const [a, b] = [nth(history.said, 4), nth(history.said, 6)]
  history.said[4] = { ...a, acks: [{ id: 107, seq: 7, at: 55 }] }
  history.said[6] = { ...b, acks: [{ id: 105, seq: 5, at: 75 }] }
  history.rows[4] = { ...nth(history.rows, 4), id: 107, seq: 7 }
  history.rows[6] = { ...nth(history.rows, 6), id: 105, seq: 5 }
}

function swapAfterRefusal(history: Editable): void {
  swapEverywhere(history)
  nth(history.said, 0).refusals = 1
}

/** Sent before the answer to the first had come: only their order on the line tells. */
function swapTogether(history: Editable): void {
  swapEverywhere(history)
  nth(history.said, 6).invoked[0] = 51
}

test('sends under way together have no order once one was refused', () => {
  const found = broken((h) => {
    swapTogether(h)
    nth(h.said, 4).refusals = 1
  })
  expect(found).toEqual([])
})

test('late frames are counted, repeats are not', () => {
  expect(countLate([1, 2, 3])).toBe(0)
  expect(countLate([1, 3, 2, 4])).toBe(1)
  expect(countLate([1, 2, 3, 2, 1])).toBe(0)
  expect(countLate([5, 4, 3])).toBe(2)
})
