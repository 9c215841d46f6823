// A channel on one node: whatever is lost, late or told twice, each socket hears what is for its owner, in
// order and once, and nothing from before or after their time.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { ChannelFrame } from '../../src/infra/relay.ts'
import { limits } from '../../src/limits.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { joined, node, seqsOf, update, upTo } from './channel-node.ts'
import type { Line } from './line.ts'

test('lost, late, twice: each hears it once and in order', async () => {
  const arrivals = fc.array(fc.nat({ max: 29 }), { maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(arrivals, async (came) => {
      const group = joined(1, 2)
      const there = node(group, { turn: setImmediate })
      const lines = [await there.hosts(1), await there.hosts(2)]
      const all = upTo(30).map(() => group.says(3))
      for (const index of came) there.channel.receive([all[index] as ChannelFrame])
      there.channel.receive([all.at(-1) as ChannelFrame])
      await there.settle()
      for (const line of lines) expect(seqsOf(line)).toEqual(upTo(30))
    }),
    { numRuns: 40 },
  )
})

test('who comes and goes hears their own time, however the frames arrive', async () => {
  /** Each step of the group: somebody says something, or the one person of interest comes or goes. */
  const steps = fc.array(fc.constantFrom('say', 'say', 'move'), { minLength: 1, maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(steps, fc.infiniteStream(fc.nat()), async (acts, chance) => {
      const group = joined(1)
      const there = node(group, { turn: setImmediate })
      const hers = await there.hosts(1)
      const { connection, line: his } = there.connect(2)
      there.greets(connection)
      his.writes.length = 0
      const expected: number[] = []
      const frames: ChannelFrame[] = []
      for (const act of acts) {
        const isIn = group.since.has(2)
        if (act === 'say') frames.push(group.says(3))
        else frames.push(isIn ? group.leaves(2) : group.joins(2))
        if (group.since.has(2)) expected.push(group.head)
        // Some are lost, some come in another order, and the node hears of them now or later.
        if (chance.next().value! % 3 > 0) there.channel.receive([frames.at(-1) as ChannelFrame])
        if (chance.next().value! % 3 === 0) await there.settle()
      }
      there.channel.sees(group.head)
      await there.settle()
      expect(seqsOf(hers)).toEqual(upTo(group.head))
      // Whoever is away again when the node learns of it is not told any more; never what was not theirs.
      const heard = seqsOf(his)
      expect(expected).toEqual(expect.arrayContaining(heard))
      expect(heard).toEqual(heard.toSorted((a, b) => a - b))
      if (group.since.has(2)) {
        expect(heard).toEqual(
          expect.arrayContaining(expected.filter((seq) => seq > group.since.get(2)!)),
        )
      }
    }),
    { numRuns: 40 },
  )
})

test('nobody who was kicked hears what came after, though the kick itself has not come', async () => {
  const group = joined(1, 2)
  const there = node(group)
  const [hers, his] = [await there.hosts(1), await there.hosts(2)]
  there.channel.receive([group.says(1)])
  group.leaves(2)
  there.channel.receive([group.says(1)])
  expect(seqsOf(his)).toEqual([1])
  await there.settle()
  expect([seqsOf(hers), seqsOf(his)]).toEqual([[1, 2, 3], [1]])
})

test('a change of what was said before somebody came is not for them', async () => {
  const group = joined(1)
  const there = node(group)
  const hers = await there.hosts(1)
  const { connection, line: his } = there.connect(2)
  there.greets(connection)
  his.writes.length = 0
  there.channel.receive([group.says(1), group.joins(2)])
  await there.settle()
  const changed = (about: number): ChannelFrame => {
    const frame = update(about)
    return { kind: 'signal', seq: group.head, about, by: 0, origin: '', frame }
  }
  there.channel.receive([changed(1), changed(2)])
  expect([seqsOf(hers), seqsOf(his)]).toEqual([
    [1, 2, 1, 2],
    [2, 2],
  ])
})

test('a signal waits for what was said before it', async () => {
  const group = joined(1)
  const there = node(group)
  const line = await there.hosts(1)
  const first = group.says(2)
  const frame = update(99)
  there.channel.receive([{ kind: 'signal', seq: 1, about: 1, by: 0, origin: '', frame }])
  expect(seqsOf(line)).toEqual([])
  there.channel.receive([first])
  expect(seqsOf(line)).toEqual([1, 99])
})

test('the socket it came by has no copy; sockets of a session by REST hear that it was sent', async () => {
  const group = joined(1, 2)
  const there = node(group)
  const [one, two] = [await there.hosts(1), await there.hosts(1)]
  const other = await there.hosts(2)
  there.channel.receive([group.says(1, 'n.1')])
  expect([seqsOf(one), seqsOf(two), seqsOf(other)]).toEqual([[], [1], [1]])
  there.channel.receive([group.says(1, 101)])
  const types = (line: Line) =>
    line.writes.flat().map((each) => (JSON.parse(each) as { type: string }).type)
  expect(types(one)).toEqual(['group_message_sent'].map(() => types(one)[0] as string))
  expect(types(one)[0]).not.toBe('group_message')
  expect(types(two).at(-1)).toBe(types(one)[0] as string)
  expect(types(other)).toEqual(['group_message', 'group_message'])
  expect(there.told).toBe(3)
})

test('hello is the first frame, and nothing between entering and hello is missed', async () => {
  const group = joined(1)
  const there = node(group)
  const { connection, line } = there.connect(1)
  await there.channel.enter(1)
  there.channel.receive([group.says(2), group.says(2)])
  await there.settle()
  expect(line.writes).toEqual([])
  there.greets(connection)
  there.channel.receive([group.says(2)])
  await there.settle()
  const [hello, ...rest] = line.writes.flat()
  expect(hello).toBe('"hello"')
  expect(rest.map((each) => (JSON.parse(each) as { data: Message }).data.seq)).toEqual([1, 2, 3])
})

test('a node that is late has what was said a moment ago', async () => {
  const group = joined()
  group.says(9)
  group.joins(1)
  group.says(9)
  const there = node(group, { late: true })
  const { connection, line } = there.connect(1)
  there.greets(connection)
  line.writes.length = 0
  there.channel.review([1])
  await there.settle()
  expect(seqsOf(line)).toEqual([2, 3])
  expect(there.isEmpty).toBe(false)
})

test('while the database is away nothing is told out of order, and all of it when it is back', async () => {
  const group = joined(1)
  const there = node(group)
  const line = await there.hosts(1)
  group.isAway = true
  const lost = group.says(2)
  there.channel.receive([group.says(2), group.says(2)])
  await there.settle()
  expect(seqsOf(line)).toEqual([])
  await expect(there.channel.enter(7)).rejects.toThrow('away')
  group.isAway = false
  await there.settle()
  expect(seqsOf(line)).toEqual([lost.seq, 2, 3])
})

test('too much at once is told to nobody: who is in it is looked at again, and it goes on', async () => {
  const group = joined(1, 2)
  const there = node(group)
  const [hers, his] = [await there.hosts(1), await there.hosts(2)]
  group.leaves(2)
  for (const _ of upTo(limits.channel.heldMax + 10)) group.says(1)
  there.channel.sees(group.head)
  await there.settle()
  there.channel.receive([group.says(1)])
  await there.settle()
  expect([seqsOf(hers), seqsOf(his)]).toEqual([[group.head], []])
})

test('what was erased holds nobody up', async () => {
  const group = joined(1)
  const there = node(group)
  const line = await there.hosts(1)
  group.says(2)
  const next = group.says(2)
  group.erased.add(1)
  there.channel.receive([next])
  await there.settle()
  expect(seqsOf(line)).toEqual([next.seq])
})

test('a socket that does not read is closed, for the others are not to wait for it', async () => {
  const group = joined(1, 2)
  const there = node(group)
  const [slow, quick] = [await there.hosts(1), await there.hosts(2)]
  slow.buffered = limits.socket.outboundBytesMax + 1
  for (let bytes = 0; bytes <= limits.channel.lookEveryBytes;) {
    const said = group.says(9)
    bytes += said.frame.length
    there.channel.receive([said])
  }
  expect(slow.closed?.code).toBe(4008)
  expect(quick.closed).toBeNull()
})

test('many are told by turns, and what is said meanwhile leaves with what was not written yet', async () => {
  const { writesPerTurn } = limits.socket
  const people = upTo(2 * writesPerTurn + 1)
  const group = joined(...people)
  const turns: (() => void)[] = []
  const there = node(group, { turn: (run) => turns.push(run) })
  const lines = await Promise.all(people.map((user) => there.hosts(user)))
  /** How many have heard how much, in their order. */
  const heard = () => {
    const counts = lines.map((line) => seqsOf(line).length)
    const isNext = (_: number, at: number) => at === 0 || counts[at] !== counts[at - 1]
    const starts = [...counts.keys()].filter(isNext)
    return starts.map((at, nth) => [counts[at], (starts[nth + 1] ?? counts.length) - at])
  }
  there.channel.receive([group.says(0)])
  expect(heard()).toEqual([[0, people.length]])
  turns.shift()?.()
  expect(heard()).toEqual([
    [1, writesPerTurn],
    [0, writesPerTurn + 1],
  ])
  there.channel.receive([group.says(0), group.says(0)])
  turns.shift()?.()
  expect(heard()).toEqual([
    [1, writesPerTurn],
    [3, writesPerTurn],
    [0, 1],
  ])
  // Whoever goes has what was told while they were here.
  group.since.delete(1)
  there.channel.review([1])
  await there.settle()
  expect(seqsOf(lines[0] as Line)).toEqual([1, 2, 3])
  there.channel.receive([group.says(0)])
  for (let turn = turns.shift(); turn; turn = turns.shift()) turn()
  expect(heard()).toEqual([
    [3, 1],
    [4, people.length - 1],
  ])
  for (const line of lines.slice(1)) expect(seqsOf(line)).toEqual(upTo(4))
})

test('a device that comes hears what is told from then on, not what waits for its turn', async () => {
  const group = joined(1)
  const turns: (() => void)[] = []
  const there = node(group, { turn: (run) => turns.push(run) })
  const before = await there.hosts(1)
  there.channel.receive([group.says(2)])
  const after = await there.hosts(1)
  there.channel.receive([group.says(2)])
  turns.forEach((run) => run())
  expect([seqsOf(before), seqsOf(after)]).toEqual([[1, 2], [2]])
})

test('with the last socket it is empty', async () => {
  const group = joined(1)
  const there = node(group)
  const { connection } = there.connect(1)
  await there.channel.enter(1)
  there.greets(connection)
  expect(there.isEmpty).toBe(false)
  await there.settle()
  connection.close('restart')
  expect(there.isEmpty).toBe(true)
})
