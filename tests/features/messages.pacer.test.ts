// When a batch begins: alone at once, under load a moment later and larger.
import { expect, test } from 'bun:test'
import { limits } from '../../src/features/messages/limits.ts'
import { Pacer } from '../../src/features/messages/commit/pacer.ts'

const { seenMs, alone, waitMsMax, besideFrom, besideAfterMs } = limits.pacer

/** A pacer and its time, which only the test moves. */
function paced() {
  const time = { ms: 1_000 }
  const pacer = new Pacer({ elapsed: () => time.ms })
  const come = (...conversations: number[]) =>
    conversations.forEach((conversation) => pacer.came(conversation))
  return { pacer, time, come }
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

test('whoever is alone waits for nobody, however fast', () => {
  const { pacer, time, come } = paced()
  for (let said = 0; said < 100; said++) {
    come(7)
    expect(pacer.wait(1, false)).toBe(0)
    pacer.begins()
    time.ms += 1
  }
})

test('a few are as good as alone', () => {
  const { pacer, come } = paced()
  come(...upTo(alone))
  pacer.begins()
  expect(pacer.wait(1, false)).toBe(0)
})

test('the more are about, the longer a batch is gathered, never longer than the bound', () => {
  const waits = [alone + 1, 10, 20, 1_000].map((about) => {
    const { pacer, come } = paced()
    come(...upTo(about))
    pacer.begins()
    return pacer.wait(1, false)
  })
  expect(waits).toEqual(waits.toSorted((a, b) => a - b))
  expect(waits[0]).toBeGreaterThan(0)
  expect(waits.at(-1)).toBe(waitMsMax)
})

test('the time since the last batch began counts: a commit that takes as long is all the wait', () => {
  const { pacer, time, come } = paced()
  come(...upTo(100))
  expect(pacer.wait(1, false)).toBe(0)
  pacer.begins()
  time.ms += waitMsMax - 1
  expect(pacer.wait(1, false)).toBe(1)
  time.ms += 1
  expect(pacer.wait(1, false)).toBe(0)
})

test('when all who are about are waiting, there is nobody to wait for', () => {
  const { pacer, come } = paced()
  come(...upTo(50))
  pacer.begins()
  expect(pacer.wait(49, false)).toBeGreaterThan(0)
  expect(pacer.wait(50, false)).toBe(0)
})

test('who has been silent for a while is not about any more', () => {
  for (const silence of [2 * seenMs, 1_000 * seenMs]) {
    const { pacer, time, come } = paced()
    come(...upTo(50))
    time.ms += silence
    come(1)
    pacer.begins()
    time.ms += seenMs
    expect(pacer.wait(1, false)).toBe(0)
  }
})

test('beside another a batch begins when many wait, or when the other takes long', () => {
  const { pacer, time } = paced()
  pacer.begins()
  expect(pacer.wait(besideFrom, true)).toBe(0)
  expect(pacer.wait(1, true)).toBe(besideAfterMs)
  time.ms += besideAfterMs
  expect(pacer.wait(1, true)).toBe(0)
})
