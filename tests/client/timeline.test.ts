// The law of the timeline: whatever is lost, doubled or reordered, each seq once and in order.
import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { defaults } from '../../src/client/limits.ts'
import { Timeline } from '../../src/client/timeline.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { message } from './people.ts'

const small = { ...defaults, heldMax: 4, keepMax: 5 }

/** What the server has: seqs 1..last, some of them deleted for this account. */
class Server {
  last = 0
  readonly gone = new Set<number>()

  page(after: number, limit: number, hideAbove = Infinity) {
    const all: Message[] = []
    for (let seq = after + 1; seq <= Math.min(this.last, hideAbove); seq++) {
      if (!this.gone.has(seq)) all.push(message(1, seq))
    }
    return { list: all.slice(0, limit), more: all.length > limit }
  }
}

const action = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write'), lost: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('arrive'), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('update'), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('heads'), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('ask'), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('answer'), pick: fc.nat() }) },
)

interface Asked {
  readonly hole: { after: number; head: number }
  readonly list: Message[]
  readonly more: boolean
}

function play(start: number, actions: readonly Record<string, unknown>[]) {
  const timeline = new Timeline(small)
  const server = new Server()
  server.last = start
  const seen: number[] = []
  const take = (ready: readonly Message[]) => seen.push(...ready.map(({ seq }) => seq))
  take(timeline.place(1, start))
  take(timeline.settle())
  const wire: number[] = []
  const asked: Asked[] = []
  for (const one of actions) {
    const pick = Number(one['pick'] ?? 0)
    if (one['do'] === 'write') {
      server.last++
      if (!one['lost']) wire.push(server.last)
    } else if (one['do'] === 'arrive' && wire.length > 0) {
      // Left on the wire every other time: it comes again.
      const at = pick % wire.length
      const [seq] = pick % 2 ? wire.slice(at) : wire.splice(at, 1)
      take(timeline.offer(message(1, seq!)))
    } else if (one['do'] === 'update' && server.last > start) {
      take(timeline.update(message(1, 1 + start + (pick % (server.last - start)))).ready)
    } else if (one['do'] === 'delete' && server.last > start) {
      server.gone.add(1 + start + (pick % (server.last - start)))
    } else if (one['do'] === 'heads' && server.last > 0) {
      timeline.head(1, 1 + (pick % server.last))
    } else if (one['do'] === 'ask') {
      const hole = timeline.hole(1)
      if (hole) asked.push({ hole, ...server.page(hole.after, Number(one['limit'])) })
    } else if (one['do'] === 'answer' && asked.length > 0) {
      const [{ hole, list, more }] = asked.splice(pick % asked.length, 1) as [Asked]
      take(timeline.page(1, hole, list, more))
    }
  }
  return { timeline, server, seen, take }
}

describe('the law of the timeline', () => {
  test('any loss, doubling and order of frames and pages: each seq once, in order, none left out', () => {
    const run = fc.property(
      fc.integer({ min: 0, max: 3 }),
      fc.array(action, { maxLength: 80 }),
      (start, actions) => {
        const { timeline, server, seen, take } = play(start, actions)
        timeline.head(1, server.last)
        for (let round = 0; timeline.hole(1); round++) {
          if (round > 500) throw new Error('the hole does not close')
          const hole = timeline.hole(1)!
          const { list, more } = server.page(hole.after, 3)
          take(timeline.page(1, hole, list, more))
        }
        const rising = seen.every((seq, at) => at === 0 || seq > seen[at - 1]!)
        expect(rising).toBe(true)
        const exist = Array.from({ length: server.last - start }, (_, at) => start + 1 + at)
        const missing = exist.filter((seq) => !server.gone.has(seq) && !seen.includes(seq))
        expect(missing).toEqual([])
        expect(timeline.positions()).toEqual({ 1: server.last })
        expect(timeline.messages(1).map(({ seq }) => seq)).toEqual(seen.slice(-small.keepMax))
      },
    )
    fc.assert(run, { numRuns: 2_000 })
  })

  test('a lagging answer is asked again before the rest counts as deleted', () => {
    const timeline = new Timeline(defaults)
    timeline.place(1, 0)
    timeline.head(1, 3)
    const hole = timeline.hole(1)!
    expect(timeline.page(1, hole, [message(1, 1)], false).map(({ seq }) => seq)).toEqual([1])
    expect(timeline.hole(1)).toEqual({ after: 1, head: 3 })
    const again = timeline.page(1, timeline.hole(1)!, [message(1, 2), message(1, 3)], false)
    expect(again.map(({ seq }) => seq)).toEqual([2, 3])
  })

  test('what is deleted for me at the end does not keep a hole open', () => {
    const timeline = new Timeline(defaults)
    timeline.place(1, 0)
    timeline.head(1, 3)
    timeline.page(1, timeline.hole(1)!, [], false)
    timeline.page(1, timeline.hole(1)!, [], false)
    expect(timeline.hole(1)).toBeUndefined()
    expect(timeline.offer(message(1, 4)).map(({ seq }) => seq)).toEqual([4])
  })
})

describe('what is deleted for me', () => {
  test('is kept no more, and what came behind it waits for it no longer', () => {
    const timeline = new Timeline(defaults)
    timeline.place(1, 0)
    timeline.offer(message(1, 1))
    timeline.offer(message(1, 2))
    expect(timeline.remove(1, 1)).toEqual([])
    expect(timeline.messages(1).map(({ seq }) => seq)).toEqual([2])
    timeline.offer(message(1, 4))
    expect(timeline.hole(1)).toEqual({ after: 2, head: 4 })
    expect(timeline.remove(1, 3).map(({ seq }) => seq)).toEqual([4])
    expect(timeline.hole(1)).toBeUndefined()
    // A second time, and of what nothing is known of: nothing.
    expect([timeline.remove(1, 3), timeline.remove(2, 1)]).toEqual([[], []])
    expect(timeline.positions()).toEqual({ 1: 4 })
  })
})

describe('where a conversation starts', () => {
  test('frames that come before the first comparison are kept and decide the place', () => {
    const timeline = new Timeline(defaults)
    expect(timeline.offer(message(1, 8))).toEqual([])
    expect(timeline.offer(message(1, 7))).toEqual([])
    expect(timeline.place(1, 8).map(({ seq }) => seq)).toEqual([7, 8])
  })

  test('heard of but not listed, it starts with what came by itself', () => {
    const timeline = new Timeline(defaults)
    timeline.offer(message(1, 58))
    timeline.offer(message(1, 57))
    timeline.head(2, 9)
    expect(timeline.settle().map(({ seq }) => seq)).toEqual([57, 58])
    expect(timeline.positions()).toEqual({ 1: 58, 2: 9 })
  })

  test('after the first comparison an unknown conversation is new, and starts at its first', () => {
    const timeline = new Timeline(defaults)
    timeline.settle()
    expect(timeline.offer(message(2, 2))).toEqual([])
    expect(timeline.hole(2)).toEqual({ after: 0, head: 2 })
    expect(timeline.offer(message(2, 1)).map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('an earlier position goes on; what it does not name has come since', () => {
    const timeline = new Timeline(defaults, { 1: 5 })
    timeline.head(1, 7)
    timeline.head(2, 1)
    expect(timeline.hole(1)).toEqual({ after: 5, head: 7 })
    expect(timeline.hole(2)).toEqual({ after: 0, head: 1 })
  })

  test('a page of the time before a reset is ignored', () => {
    const timeline = new Timeline(defaults, { 1: 5 })
    timeline.head(1, 7)
    const hole = timeline.hole(1)!
    timeline.reset()
    timeline.place(1, 2)
    timeline.settle()
    expect(timeline.page(1, hole, [message(1, 6), message(1, 7)], false)).toEqual([])
    expect(timeline.positions()).toEqual({ 1: 2 })
  })
})

test('a change of a message not handed on yet takes its place; later the older one is ignored', () => {
  const timeline = new Timeline(defaults)
  timeline.settle()
  const changed = { ...message(1, 2, 'edited'), updated_at: '2099-01-01T00:00:00.000Z' }
  expect(timeline.update(changed)).toEqual({ ready: [] })
  timeline.offer(message(1, 2, 'first'))
  expect(timeline.offer(message(1, 1)).map(({ content }) => content)).toEqual(['1/1', 'edited'])
  expect(timeline.update(changed).news).toEqual(changed)
})

test('of changes that overtake each other the latest stands, and what is older is no news', () => {
  const timeline = new Timeline(defaults)
  timeline.settle()
  timeline.offer(message(1, 1, 'said'))
  const at = (second: number) => `2099-01-01T00:00:0${second}.000Z`
  const edited = (content: string, second: number) => ({
    ...message(1, 1, content),
    edited_at: at(second),
    updated_at: at(second),
  })
  const recalled = { ...edited('', 3), is_recalled: true, recalled_at: at(3) }
  const shown = () => timeline.messages(1).map(({ content }) => content)
  const second = edited('second', 2)
  expect(timeline.update(second)).toEqual({ news: second, ready: [] })
  expect(timeline.update(edited('first', 1))).toEqual({ ready: [] })
  expect(shown()).toEqual(['second'])
  expect(timeline.update(recalled)).toEqual({ news: recalled, ready: [] })
  expect(timeline.update(second)).toEqual({ ready: [] })
  expect(shown()).toEqual([''])
})

test('which reactions are mine stays known, though what all hear of a message does not say it', () => {
  const timeline = new Timeline(defaults)
  timeline.settle()
  timeline.offer(message(1, 1))
  const about = { conversation_id: 1, message_id: message(1, 1).id }
  const told = (second: number, ...reactions: { emoji: string; count: number }[]) =>
    timeline.update({ ...message(1, 1), updated_at: `2099-01-01T00:00:0${second}.000Z`, reactions })
  const shown = () => timeline.messages(1)[0]?.reactions
  // Before the frame that all hear, and after it.
  timeline.reacted({ ...about, emoji: '👍', is_mine: true })
  told(1, { emoji: '👍', count: 1 }, { emoji: '🎉', count: 1 })
  timeline.reacted({ ...about, emoji: '🎉', is_mine: true })
  const mine = [
    { emoji: '👍', count: 1, mine: true },
    { emoji: '🎉', count: 1, mine: true },
  ]
  expect(shown()).toEqual(mine)
  // Somebody else reacts; what the application is told says it too.
  const { news } = told(2, { emoji: '👍', count: 2 }, { emoji: '🎉', count: 1 })
  expect(news?.reactions).toEqual([{ ...mine[0]!, count: 2 }, mine[1]!])
  timeline.reacted({ ...about, emoji: '👍', is_mine: false })
  told(3, { emoji: '👍', count: 1 }, { emoji: '🎉', count: 1 })
  expect(shown()).toEqual([{ emoji: '👍', count: 1 }, mine[1]!])
})

test('memory stays within its bounds', () => {
  const limits = { ...defaults, heldMax: 10, keepMax: 7, keptConversationsMax: 3, positionsMax: 5 }
  const timeline = new Timeline(limits)
  timeline.settle()
  for (let seq = 2; seq < 1_000; seq++) timeline.offer(message(1, seq))
  expect(timeline.hole(1)).toEqual({ after: 0, head: 999 })
  for (let id = 2; id < 20; id++)
    for (let seq = 1; seq < 20; seq++) timeline.offer(message(id, seq))
  expect(Object.keys(timeline.positions())).toHaveLength(5)
  expect(timeline.messages(19)).toHaveLength(7)
  expect(timeline.messages(12)).toHaveLength(0)
  // Given up for want of room, it goes on from where it stands rather than from its beginning.
  expect(timeline.offer(message(2, 500)).map(({ seq }) => seq)).toEqual([500])
})
