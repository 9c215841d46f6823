// One envelope, one write per socket; what had been held leaves with what let it go, not before.
import { expect, test } from 'bun:test'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { createMetrics } from '../../src/infra/metrics.ts'
import type { Origin } from '../../src/infra/relay.ts'
import { encode } from '../../src/protocol/codec.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { Connection } from '../../src/socket/connection.ts'
import { Delivery } from '../../src/socket/deliver.ts'
import { Roster } from '../../src/socket/roster.ts'
import { newLine } from './line.ts'

/** A node with one socket of user 1, of session 5; writes are lists of frames. */
function node() {
  const clock: Clock = { ...systemClock, elapsed: () => 0, after: () => ({ stop() {} }) }
  const metrics = createMetrics('api')
  const roster = new Roster()
  const delivery = new Delivery(clock, metrics, roster, async () => [])
  const line = newLine()
  const actor = {
    id: 1,
    userId: 'a',
    nickname: 'A',
    sessionId: 5,
    deviceId: 'd',
    role: 'user',
  } as const
  const connection = new Connection('n.1', actor, 'd', 'en', {
    clock,
    metrics,
    rateLimits: false,
    welcome: async (each) => roster.add(each),
    handle: () => undefined,
    farewell: () => {},
  })
  connection.open(line)
  connection.greet('hello')
  const { writes } = line
  writes.length = 0
  const arrive = (...seqs: number[]) =>
    delivery.deliver({
      at: 0,
      routes: seqs.map((seq) => ({
        conversation: 7,
        seq,
        follows: seq > 1,
        origin: '',
        users: [1, 2],
      })),
      frames: seqs.map(String),
    })
  const arriveFrom = (origin: Origin, frame: string) =>
    delivery.deliver({
      at: 0,
      routes: [{ conversation: 0, seq: 0, follows: false, origin, users: [1] }],
      frames: [frame],
    })
  return { arrive, arriveFrom, writes }
}

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
