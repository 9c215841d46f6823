// A group as the database has it, and a node that hosts it as a channel, with time that stands still.
import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { createMetrics } from '../../src/infra/metrics.ts'
import type { ChannelFrame, Origin } from '../../src/infra/relay.ts'
import { encode } from '../../src/protocol/codec.ts'
import type { GroupMessage, Message } from '../../src/protocol/messages.ts'
import { Channel } from '../../src/socket/channels/channel.ts'
import { RoundRobin } from '../../src/socket/channels/round-robin.ts'
import { ChannelSockets } from '../../src/socket/channels/sockets.ts'
import { Connection } from '../../src/socket/connection.ts'
import { Roster } from '../../src/socket/roster.ts'
import { Hub, newLine, type Line } from './line.ts'

/** A group as the database has it: a timeline, and who is in it since when. */
export class Group {
  readonly said: ChannelFrame[] = []
  readonly since = new Map<number, number>()
  readonly erased = new Set<number>()
  isAway = false

  get head(): number {
    return this.said.length
  }

  says(by: number, origin: Origin = ''): ChannelFrame {
    return this.#keep('message', by, origin, {})
  }

  joins(user: number): ChannelFrame {
    this.since.set(user, this.head)
    return this.#keep('system', user, '', { event: 'member_joined', targets: [String(user)] })
  }

  leaves(user: number): ChannelFrame {
    this.since.delete(user)
    return this.#keep('system', user, '', { event: 'member_left', targets: [String(user)] })
  }

  #keep(kind: 'message' | 'system', by: number, origin: Origin, told: object): ChannelFrame {
    const seq = this.head + 1
    const frame = encode('group_message', { seq, content: JSON.stringify(told) } as GroupMessage, 0)
    const said: ChannelFrame = { kind, seq, about: seq, by, origin, frame }
    this.said.push(said)
    return said
  }
}

/** A node that hosts it, with time that stands still until the test lets it pass; frames leave at once. */
export function node(group: Group, { late = false, turn = (run: () => void) => run() } = {}) {
  const later: (() => void)[] = []
  const clock: Clock = {
    ...systemClock,
    after(_, run) {
      later.push(run)
      return {
        stop() {
          if (later.includes(run)) later.splice(later.indexOf(run), 1)
        },
      }
    },
  }
  const hub = new Hub()
  const roster = new Roster()
  const metrics = createMetrics('api')
  let told = 0
  let isEmpty = false
  const sockets = new ChannelSockets({
    topic: 'conv:1',
    roster,
    turns: new RoundRobin((error) => {
      throw error
    }, turn),
    publish: (topic, frame) => void hub.publish(topic, frame),
    onPlaced: () => {},
    onRemoved: () => {},
    onTold: (count) => (told += count),
  })
  const answer = async <T>(value: () => T): Promise<T> => {
    if (group.isAway) throw new Error('the database is away')
    return value()
  }
  const channel = new Channel(
    {
      clock,
      ask: {
        standing: (users) =>
          answer(() => ({
            head: group.head,
            settled: 0,
            since: new Map([...group.since].filter(([user]) => users.includes(user))),
          })),
        named: (names) =>
          answer(() => new Map(names.map((name) => [+name, group.since.get(+name) ?? null]))),
        missed: (after) =>
          answer(() => {
            const left = group.said.filter(({ seq }) => !group.erased.has(seq))
            return left.filter(({ seq }) => seq > after).slice(0, 256)
          }),
      },
      onMissed: () => {},
      onError: () => {},
      onEmpty: () => (isEmpty = true),
    },
    sockets,
    late,
  )
  let count = 0
  const connect = (user: number): { connection: Connection; line: Line } => {
    const line = newLine(hub)
    const who = { id: user, userId: String(user), nickname: '', sessionId: 100 + user } as const
    const actor = { ...who, deviceId: 'd', role: 'user' } as const
    const connection = new Connection(`n.${++count}`, actor, 'd', 'en', {
      clock,
      metrics,
      rateLimits: false,
      welcome: async (each) => roster.add(each),
      handle: () => undefined,
      farewell(each) {
        roster.remove(each)
        channel.drop(each)
      },
    })
    connection.open(line)
    return { connection, line }
  }
  const greets = (connection: Connection) => {
    connection.greet('"hello"')
    channel.greeted(connection)
  }
  /** Whoever is in the group connects, and has had hello. */
  const hosts = async (user: number): Promise<Line> => {
    const { connection, line } = connect(user)
    await channel.enter(user)
    greets(connection)
    await settle()
    line.writes.length = 0
    return line
  }
  /** What is under way is answered; then patience ends, as often as somebody waits. */
  const settle = async () => {
    for (let round = 0; round < 10; round++) {
      await setImmediate()
      later.splice(0).forEach((run) => run())
    }
    await setImmediate()
  }
  return {
    channel,
    sockets,
    connect,
    greets,
    hosts,
    settle,
    later,
    get told() {
      return told
    },
    get isEmpty() {
      return isEmpty
    },
  }
}

export const seqsOf = (line: Line): number[] =>
  line.writes.flat().map((frame) => (JSON.parse(frame) as { data: { seq: number } }).data.seq)

export const upTo = (count: number, from = 1) =>
  Array.from({ length: count - from + 1 }, (_, n) => n + from)

export const update = (seq: number): string =>
  encode('message_updated', { seq } as Message & { conversation_version: number }, 0)

export const joined = (...users: number[]): Group => {
  const group = new Group()
  for (const user of users) group.since.set(user, 0)
  return group
}
