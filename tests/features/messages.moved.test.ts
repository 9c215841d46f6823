// How marks that sends have moved are told: gathered, seldom, and never where nobody may write.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'
import { createLog } from '../../src/core/log.ts'
import { MarkTeller } from '../../src/features/conversations/marks.ts'
import type { Parcel } from '../../src/infra/courier.ts'
import { directory } from '../../src/features/conversations/state.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Time stands still in it; what is to run later runs when the test says so. */
class HandClock implements Clock {
  readonly waits: { milliseconds: number; run: () => void }[] = []
  now = () => systemClock.now()
  elapsed = () => 0
  every = () => ({ stop() {} })

  after(milliseconds: number, run: () => void) {
    const wait = { milliseconds, run }
    this.waits.push(wait)
    return { stop: () => void this.waits.splice(this.waits.indexOf(wait), 1) }
  }

  /** Runs the only thing that waits, and answers how long it was to wait. */
  fire(): number {
    expect(this.waits).toHaveLength(1)
    const { milliseconds, run } = must(this.waits.pop(), 'something waits')
    run()
    return milliseconds
  }
}

/** Two friends, and a teller of their marks whose frames go to a list. */
async function scene() {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  const { ctx } = app.nodes[0]!
  const ref = must(await ctx.of(directory).find(id), 'a conversation is in the directory')
  if (ref.kind !== 'direct') throw new Error('two people talk directly')
  const isFirst = ref.user1.userId === bob.userId
  const [reader, peer] = isFirst ? [ref.user1, ref.user2] : [ref.user2, ref.user1]
  const clock = new HandClock()
  const rounds: (readonly Parcel[])[] = []
  const courier = {
    isAway: false,
    async deliver(parcels: readonly Parcel[] | Promise<readonly Parcel[]>) {
      if (courier.isAway) throw new Error('away')
      rounds.push(await parcels)
      return new Set<number>()
    },
  }
  const parts = { sql: ctx.sql, clock, courier, log: createLog('silent', 'test') }
  const teller = new MarkTeller(parts)
  const says = async () => {
    const { seq } = await bob.says(alice, 'a word')
    teller.note({ ref, reader })
    return seq
  }
  /** Who was told what, round by round. */
  const told = () =>
    rounds.map((parcels) =>
      parcels.map(({ frame, users }) => {
        const { type, data } = JSON.parse(frame) as { type: string; data: { read_seq: number } }
        return [users[0] === reader.id ? 'reader' : 'peer', type, data.read_seq]
      }),
    )
  const both = (seq: number) => [
    ['reader', 'conversation_updated', seq],
    ['peer', 'read_receipt', seq],
  ]
  /** The round that runs is over: another may be waited for. */
  const round = async () => {
    const [count, wait] = [rounds.length, clock.fire()]
    await eventually(() => rounds.length > count, { what: 'a round' })
    return wait
  }
  return {
    alice,
    bob,
    id,
    ref,
    reader,
    peer,
    clock,
    courier,
    rounds,
    teller,
    says,
    told,
    both,
    round,
  }
}

test('fifty words are told in one round, the next ones a second later', async () => {
  const { clock, says, told, both, round } = await scene()
  for (let n = 1; n <= 50; n++) expect(await says()).toBe(n)
  expect(await round()).toBe(limits.marks.gatherMs)
  expect(told()).toEqual([both(50)])
  for (let n = 51; n <= 60; n++) await says()
  expect(await round()).toBe(limits.marks.everyMs)
  expect(told()).toEqual([both(50), both(60)])
  expect(clock.waits).toEqual([])
})

test('what was said while they parted is told to the sender alone', async () => {
  const { alice, bob, says, told, both, round } = await scene()
  const seq = await says()
  await bob.does('friends.remove', { friend_id: alice.userId })
  await round()
  expect(told()).toEqual([both(seq).slice(0, 1)])
})

test('what has been answered meanwhile is told as unread', async () => {
  const { alice, bob, says, rounds, round } = await scene()
  const read_seq = await says()
  await alice.says(bob, 'an answer')
  await round()
  const { data } = JSON.parse(rounds[0]![0]!.frame) as { data: unknown }
  expect(data).toMatchObject({ read_seq, unread: 1 })
})

test('a round that fails is made up for by the next', async () => {
  const { clock, courier, says, told, both, round } = await scene()
  courier.isAway = true
  const seq = await says()
  clock.fire()
  await eventually(() => clock.waits.length === 1, { what: 'another round' })
  courier.isAway = false
  expect(await round()).toBe(limits.marks.everyMs)
  expect(told()).toEqual([both(seq)])
})

test('a round has a bound, and so has what waits', async () => {
  const { clock, teller, reader, ref, peer, says, rounds, round } = await scene()
  const nowhere = (n: number) => ({
    ref: { id: -n, kind: 'group' as const, groupId: `G${n}` },
    reader,
  })
  for (let n = 1; n <= limits.marks.roundMax; n++) teller.note(nowhere(n))
  await says()
  await round()
  expect(rounds[0]).toEqual([])
  await eventually(() => clock.waits.length === 1, { what: 'another round' })
  await round()
  expect(rounds[1]).toHaveLength(2)
  for (let n = 1; n <= limits.marks.waitingMax; n++) teller.note(nowhere(n))
  teller.note({ ref, reader: peer })
  await teller.close()
  expect(rounds[2]).toEqual([])
})

test('what waits at the end is told, and nothing after it', async () => {
  const { clock, teller, says, told, both } = await scene()
  const seq = await says()
  await teller.close()
  expect(told()).toEqual([both(seq)])
  await says()
  expect(clock.waits).toEqual([])
})
