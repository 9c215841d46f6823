// Holes are filled with one request at a time, from frames, from beacons and after a connect.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { Catchup } from '../../src/client/catchup.ts'
import { CurlewError } from '../../src/client/error.ts'
import { defaults, type Limits } from '../../src/client/limits.ts'
import { Timeline } from '../../src/client/timeline.ts'
import { ManualClock } from './clock.ts'
import { message } from './people.ts'

/** Conversations of a server, read by a client whose frames are lost at will. */
function setup(limits: Partial<Limits> = {}) {
  const bounds = { ...defaults, ...limits }
  const clock = new ManualClock()
  const timeline = new Timeline(bounds)
  const heads = new Map<number, { seq: number; at: number }>()
  const seen: Record<number, number[]> = {}
  const log = { ranges: 0, pages: 0, asking: new Map<number, number>(), most: 0, compared: 0 }
  const faults: CurlewError[] = []
  const deliver = (messages: readonly { conversation_id: number; seq: number }[]) => {
    for (const one of messages) (seen[one.conversation_id] ??= []).push(one.seq)
  }
  const catchup = new Catchup({
    clock,
    random: () => 0,
    limits: bounds,
    timeline,
    deliver,
    compared: () => void log.compared++,
    range: async (id, after, limit) => {
      log.ranges++
      const open = (log.asking.get(id) ?? 0) + 1
      log.asking.set(id, open)
      log.most = Math.max(log.most, open)
      await Promise.resolve()
      log.asking.set(id, open - 1)
      const fault = faults.shift()
      if (fault) throw fault
      const last = heads.get(id)?.seq ?? 0
      const count = Math.min(limit, last - after)
      const list = Array.from({ length: count }, (_, at) => message(id, after + 1 + at))
      return { list, has_more: after + count < last, next_cursor: null }
    },
    conversations: async (cursor) => {
      log.pages++
      await Promise.resolve()
      const all = [...heads].toSorted(([, a], [, b]) => b.at - a.at)
      const from = Number(cursor || 0)
      const list = all.slice(from, from + 10).map(([id, { seq, at }]) => ({
        id,
        kind: 'direct',
        last_seq: seq,
        last_message_time: new Date(at).toISOString(),
        is_pinned: false,
      }))
      const has_more = from + 10 < all.length
      return { list, has_more, next_cursor: has_more ? String(from + 10) : null }
    },
  })
  const write = (id: number) => {
    const seq = (heads.get(id)?.seq ?? 0) + 1
    heads.set(id, { seq, at: clock.now() })
    return message(id, seq)
  }
  const arrive = (one: ReturnType<typeof message>) => {
    deliver(timeline.offer(one))
    catchup.want(one.conversation_id)
  }
  catchup.start()
  return { clock, timeline, catchup, write, arrive, heads, seen, log, faults }
}

test('a hole gets a moment, then one request however many frames show it', async () => {
  const { clock, catchup, write, arrive, seen, log } = setup()
  catchup.connected(false)
  await clock.pass(0)
  write(1)
  for (let count = 0; count < 20; count++) arrive(write(1))
  expect(seen[1]).toBeUndefined()
  await clock.pass(1_000)
  expect(seen[1]).toEqual(Array.from({ length: 21 }, (_, at) => at + 1))
  expect(log.ranges).toBe(1)
})

test('a late frame fills the hole by itself', async () => {
  const { clock, catchup, write, arrive, seen, log } = setup()
  catchup.connected(false)
  await clock.pass(0)
  const first = write(1)
  arrive(write(1))
  arrive(first)
  await clock.pass(1_000)
  expect(seen[1]).toEqual([1, 2])
  expect(log.ranges).toBe(0)
})

test('faults are waited out; a conversation that is gone is let go', async () => {
  const { clock, catchup, write, arrive, seen, log, faults } = setup()
  catchup.connected(false)
  await clock.pass(0)
  faults.push(new CurlewError({ reason: 'network', msg: 'no line' }))
  faults.push(new CurlewError({ reason: 'refused', status: 503, msg: 'busy', retryAfter: 5 }))
  write(1)
  arrive(write(1))
  await clock.pass(60_000)
  expect(seen[1]).toEqual([1, 2])
  faults.push(new CurlewError({ reason: 'refused', status: 404, code: 4541, msg: 'gone' }))
  write(2)
  arrive(write(2))
  await clock.pass(60_000)
  expect(seen[2]).toBeUndefined()
  expect({ ...log, asking: 0 }).toMatchObject({ ranges: 4, most: 1 })
  expect(clock.pending).toBe(0)
})

test('a second connect reads only as far as something may have moved', async () => {
  const { clock, catchup, write, log, seen } = setup()
  for (let id = 1; id <= 200; id++) {
    write(id)
    await clock.pass(10_000)
  }
  catchup.connected(false)
  await clock.pass(1_000)
  expect(log.pages).toBe(20)
  write(3)
  write(3)
  log.pages = 0
  catchup.connected(false)
  await clock.pass(1_000)
  expect(log.pages).toBe(1)
  expect(seen).toEqual({ 3: [2, 3] })
})

test('a beacon that names a conversation nobody knows asks for the list, once', async () => {
  const { clock, catchup, write, log, seen } = setup()
  catchup.connected(false)
  await clock.pass(1_000)
  write(9)
  for (let count = 0; count < 5; count++) catchup.heads({ 9: 1, 77: 4 })
  await clock.pass(1_000)
  catchup.heads({ 9: 1, 77: 4 })
  await clock.pass(1_000)
  expect(seen).toEqual({ 9: [1] })
  expect(log.pages).toBe(2)
})

test('rolled back while the list is read: what it said is thrown away, and read again', async () => {
  const { clock, timeline, catchup, write, heads, seen, arrive } = setup()
  for (let id = 1; id <= 30; id++) for (let count = 0; count < 5; count++) write(id)
  catchup.connected(false)
  await clock.pass(1_000)
  catchup.connected(false)
  timeline.reset()
  for (const [id, { at }] of heads) heads.set(id, { seq: 2, at })
  catchup.connected(true)
  await clock.pass(1_000)
  expect(Object.values(timeline.positions())).toEqual(Array(30).fill(2))
  arrive(write(7))
  expect(seen).toEqual({ 7: [3] })
})

test('whatever is lost: after a beacon or a connect each seq was handed on once, in order', async () => {
  const step = fc.record({
    do: fc.constantFrom('write', 'lose', 'late', 'beacon', 'connect', 'fault', 'pass'),
    id: fc.integer({ min: 1, max: 3 }),
    ms: fc.nat({ max: 500 }),
  })
  const run = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
    const world = setup({ heldMax: 3, fetchLimit: 4, fetchesMax: 2 })
    const late: ReturnType<typeof message>[] = []
    world.write(1)
    world.catchup.connected(false)
    await world.clock.pass(1_000)
    const start = new Map([...world.heads].map(([id, { seq }]) => [id, seq]))
    for (const { do: what, id, ms } of steps) {
      if (what === 'write') world.arrive(world.write(id))
      else if (what === 'lose') world.write(id)
      else if (what === 'late') late.push(world.write(id))
      else if (what === 'beacon') {
        world.catchup.heads(
          Object.fromEntries([...world.heads].map(([key, { seq }]) => [key, seq])),
        )
      } else if (what === 'connect') world.catchup.connected(false)
      else if (what === 'fault') {
        world.faults.push(new CurlewError({ reason: 'network', msg: 'no line' }))
      } else await world.clock.pass(ms)
      if (ms % 3 === 0 && late.length > 0) world.arrive(late.splice(ms % late.length, 1)[0]!)
    }
    world.catchup.connected(false)
    await world.clock.pass(600_000)
    for (const [id, { seq }] of world.heads) {
      const from = start.get(id) ?? 0
      const all = Array.from({ length: seq - from }, (_, at) => from + 1 + at)
      expect(world.seen[id] ?? []).toEqual(all)
    }
    expect(world.log.most).toBeLessThanOrEqual(1)
    expect(world.clock.pending).toBe(0)
  })
  await fc.assert(run, { numRuns: 300 })
}, 240_000)
