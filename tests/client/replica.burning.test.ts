// What is said under a timer is over by the server's clock, however wrong the device's own is.
import { expect, test } from 'bun:test'
import { Ends } from '../../src/client/replica/burning.ts'
import { Keeper } from '../../src/client/replica/keeper.ts'
import { keys, type Talk } from '../../src/client/replica/keys.ts'
import { MemoryStore } from '../../src/client/replica/memory.ts'
import { ManualClock, settle } from './clock.ts'
import { message } from './people.ts'

const now = 1_700_000_000_000

async function setup(endsInMs: number) {
  const [clock, store] = [new ManualClock(), new MemoryStore()]
  const begin = clock.now()
  const keeper = new Keeper({
    store,
    space: 'a',
    changed: (batch) => ends.take(batch),
    written: () => {},
    overtaken: () => {},
    onError: (error) => {
      throw error
    },
  })
  const today = () => now + clock.now() - begin
  const ends: Ends = new Ends({ keeper, clock, today, me: () => '', leads: () => true })
  const said = { ...message(1, 7), expires_at: new Date(now + endsInMs).toISOString() }
  const view = { id: 1, kind: 'group', last_seq: 7, read_seq: 6, unread: 1, last_message: said }
  const put = [
    [keys.message(1, 7), said],
    [keys.conversation(1), { view, after: 0, to: 7 }],
  ] as const
  await keeper.run(() => keeper.commit({ put }))
  const shown = () => keeper.picture.get<Talk>(keys.conversation(1))?.view
  const isKept = async () => (await store.list('a', keys.message(1, 7))).length === 1
  return { clock, ends, said, isKept, shown }
}

test('it goes at its time, and not before', async () => {
  const { clock, ends, said, isKept, shown } = await setup(60_000)
  await clock.pass(59_000)
  expect([await isKept(), ends.living([said]).length]).toEqual([true, 1])
  expect(shown()?.unread).toBe(1)
  await clock.pass(1_000)
  await settle()
  expect([await isKept(), ends.living([said]).length]).toEqual([false, 0])
  // As the server counts it, what burned is unread no more.
  expect([shown()?.unread, shown()?.last_message]).toEqual([0, undefined])
  ends.stop()
  expect(clock.pending).toBe(0)
})

test('a device that is an hour behind takes the time of the server, which greets it', async () => {
  const aheadMs = 3_600_000
  const { clock, ends, isKept } = await setup(aheadMs + 60_000)
  ends.told((now + aheadMs) / 1000)
  await clock.pass(58_000)
  expect(await isKept()).toBe(true)
  await clock.pass(3_000)
  await settle()
  expect(await isKept()).toBe(false)
  ends.stop()
})
