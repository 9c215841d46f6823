// One envelope, one write per socket; what had been held leaves with what let it go, not before.
import { expect, test } from 'bun:test'
import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { createMetrics } from '../../src/infra/metrics.ts'
import type { Origin } from '../../src/infra/relay.ts'
import { encode } from '../../src/protocol/codec.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { Connection } from '../../src/socket/connection.ts'
import { Delivery } from '../../src/socket/deliver.ts'
import { limits } from '../../src/socket/limits.ts'
import { Roster } from '../../src/socket/roster.ts'
import { newLine } from './line.ts'

/** A node with sockets of the users from 1 on, of session 5; writes are lists of frames. */
function node(people = 1) {
  const clock: Clock = { ...systemClock, elapsed: () => 0, after: () => ({ stop() {} }) }
  const metrics = createMetrics('api')
  const roster = new Roster()
  const delivery = new Delivery(clock, metrics, roster, async () => [])
  const sockets = Array.from({ length: people }, (_, index) => {
    const id = index + 1
    const actor = {
      id,
      userId: `u${id}`,
      nickname: 'A',
      sessionId: 5,
      deviceId: 'd',
      role: 'user',
    } as const
    const connection = new Connection(`n.${id}`, actor, 'd', 'en', {
      clock,
      metrics,
      rateLimits: false,
      welcome: async (each) => roster.add(each),
      handle: () => undefined,
      farewell: () => {},
    })
    const line = newLine()
    connection.open(line)
    connection.greet('hello')
    line.writes.length = 0
    return { connection, line }
  })
  const { writes } = sockets[0]!.line
  const everybody = sockets.map(({ connection }) => connection.actor.id)
  const arrive = (...seqs: number[]) =>
    delivery.deliver({
      at: 0,
      routes: seqs.map((seq) => ({
        conversation: 7,
        seq,
        follows: seq > 1,
        origin: '',
        users: [...everybody, people + 1],
      })),
      frames: seqs.map(String),
    })
  const arriveFrom = (origin: Origin, frame: string) =>
    delivery.deliver({
      at: 0,
      routes: [{ conversation: 0, seq: 0, follows: false, origin, users: [1] }],
      frames: [frame],
    })
  return { arrive, arriveFrom, writes, sockets }
}

type Socket = ReturnType<typeof node>['sockets'][number]

test('a held frame leaves after those that let it go, in the same write', () => {
  const { arrive, writes } = node()
  arrive(1)
  arrive(4, 5)
  arrive(2, 3)
  expect(writes).toEqual([['1'], ['2', '3', '4', '5']])
})

test('an envelope is one write', () => {
  const { arrive, writes } = node()
  arrive(1, 2, 3)
  expect(writes).toEqual([['1', '2', '3']])
})

test('what it came by says who gets a copy, and as what', () => {
  const { arriveFrom, writes } = node()
  const data = { content: '{"type":"message",' } as Message
  const told = (type: 'message' | 'message_sent') => [encode(type, data, 7)]
  for (const origin of ['', 'n.1', 'n.2', 4, 5]) arriveFrom(origin, encode('message', data, 7))
  expect(writes).toEqual([told('message'), told('message'), told('message'), told('message_sent')])
})

test('what is for many leaves in turns, with what comes meanwhile; what is for few at once', async () => {
  const perTurn = limits.socket.writesPerTurn
  const { arrive, arriveFrom, sockets } = node(2 * perTurn + 1)
  const [first, second, third] = sockets as [Socket, Socket, Socket]
  arrive(1)
  expect(sockets.flatMap(({ line }) => line.writes)).toEqual([])
  arrive(2)
  arriveFrom('', 'for one alone')
  expect(first.line.writes).toEqual([['1', '2', 'for one alone']])
  second.connection.answers.fill(second.connection.answers.take(), 'ack')
  await Promise.resolve()
  expect(second.line.writes).toEqual([['1', '2', 'ack']])
  third.connection.kick('sessionEnded', 'signed out')
  expect(third.line.writes[0]?.slice(0, 2)).toEqual(['1', '2'])
  expect(third.line.closed).not.toBeNull()
  const written = () => sockets.filter(({ line }) => line.writes.length > 0).length
  const seen: number[] = []
  while (written() < sockets.length && seen.length < 10) {
    await setImmediate()
    seen.push(written())
  }
  expect(seen).toEqual([perTurn, 2 * perTurn, sockets.length])
  expect(sockets.slice(3).map(({ line }) => line.writes)).toEqual(
    sockets.slice(3).map(() => [['1', '2']]),
  )
})
