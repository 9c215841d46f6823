// One envelope, one write per socket; what had been held leaves with what let it go, not before.
import { expect, test } from 'bun:test'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import type { Connection } from '../../src/socket/connection.ts'
import { deliverEnvelope, Outgoing } from '../../src/socket/deliver.ts'
import type { Door } from '../../src/socket/door.ts'
import { Sequence } from '../../src/socket/sequence.ts'

/** A node with one socket of user 1; writes are lists of frames. */
function node() {
  const writes: string[][] = []
  const clock: Clock = { ...systemClock, elapsed: () => 0, after: () => ({ stop() {} }) }
  const socket = {
    id: 'n.1',
    send: (frame: string) => void writes.push([frame]),
    sendAll: (frames: string[]) => void writes.push(frames),
  }
  const door = {
    sequence: new Sequence(clock, () => {}),
    outgoing: new Outgoing(),
    roster: { of: (user: number) => (user === 1 ? [socket as unknown as Connection] : []) },
    ctx: { clock, metrics: { relayLagSeconds: { observe() {} } } },
  } as unknown as Door
  const arrive = (...seqs: number[]) =>
    deliverEnvelope(door, {
      at: 0,
      routes: seqs.map((seq) => ({
        conversation: 7,
        seq,
        follows: seq > 1,
        except: '',
        users: [1, 2],
      })),
      frames: seqs.map(String),
    })
  return { arrive, writes }
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
