// Four people write to each other while line and server fail at random: nothing is lost, doubled or
// out of order for anybody. The seed is printed; STORM_SEED plays the same choices again.
import { expect, test } from 'bun:test'
import type { Client } from '../../src/client/client.ts'
import { until } from './clock.ts'
import { befriend, signUp, startInstallation, type Installation } from './installation.ts'
import { startProxy, type Proxy } from './proxy.ts'

const limits = {
  ackMs: 2_000,
  pongMs: 1_000,
  probeMs: 500,
  helloMs: 2_000,
  requestMs: 3_000,
  stableMs: 200,
}
const rounds = 120

/** mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Heard {
  readonly seq: number
  readonly from: string
  readonly number: number
}

/** Everything a client handed on, by conversation. */
function listen(client: Client): Map<number, Heard[]> {
  const heard = new Map<number, Heard[]>()
  client.on('message', ({ conversation_id, seq, from_user_id, content }) => {
    const list = heard.get(conversation_id) ?? []
    heard.set(conversation_id, list)
    list.push({ seq, from: from_user_id, number: Number(content) })
  })
  return heard
}

const faults = {
  cut: async (_: Installation, proxy: Proxy) => proxy.cut(),
  refuse: async (_: Installation, proxy: Proxy, one: Client) => {
    proxy.refuse(true)
    proxy.cut()
    await until('a client is away', () => one.state.state !== 'open')
    proxy.refuse(false)
  },
  silence: async (_: Installation, proxy: Proxy, one: Client) => {
    proxy.silence(true)
    one.nudge()
    await until('the silence was noticed', () => one.state.state !== 'open')
    proxy.silence(false)
    proxy.cut()
  },
  kill: async (installation: Installation) => {
    await installation.killApi()
    await installation.startApi()
  },
  restart: async (installation: Installation) => installation.restartApi(),
}

test('a storm over four people', async () => {
  const seed = Number(process.env['STORM_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`STORM_SEED=${seed}`)
  const chance = seeded(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!
  await using installation = await startInstallation()
  await using proxy = await startProxy(installation.port)
  const url = `http://127.0.0.1:${proxy.port}`
  const options = { url, limits, random: () => Math.random() * 0.1 }
  const names = ['alice', 'bob', 'carol', 'dave']
  const people = await Promise.all(names.map((name) => signUp(installation, name, options)))
  for (const [at, one] of people.entries()) {
    for (const other of people.slice(at + 1)) await befriend(one, other)
  }
  const heard = people.map(listen)
  await Promise.all(people.map((one) => one.connect()))
  // Every fault at least once, most of them cuts, at rounds that chance chooses.
  const kinds = [...Object.keys(faults), ...Array<string>(7).fill('cut')] as (keyof typeof faults)[]
  const at = new Map<number, keyof typeof faults>()
  for (const kind of kinds) {
    let round = Math.floor(chance() * rounds)
    while (at.has(round)) round = (round + 1) % rounds
    at.set(round, kind)
  }
  const sends: Promise<unknown>[] = []
  for (let round = 0; round < rounds; round++) {
    for (let count = 0; count < 10; count++) {
      const [from, to] = [pick(people), pick(people)]
      if (from === to) continue
      sends.push(from.send({ to_user_id: to.userId, content: String(sends.length) }))
    }
    const fault = at.get(round)
    if (fault) await faults[fault](installation, proxy, pick(people))
    // Some way behind, so that there is always something on its way.
    else await sends[Math.floor(sends.length * (0.9 + chance() / 10))]
  }
  await Promise.all(sends)
  const total = () =>
    heard.reduce((sum, by) => [...by.values()].reduce((all, list) => all + list.length, sum), 0)
  await until('everybody has heard all', () => total() >= 2 * sends.length, 60_000)
  for (const by of heard) {
    for (const list of by.values()) {
      expect(list.map(({ seq }) => seq)).toEqual(list.map((_, index) => index + 1))
      for (const own of Map.groupBy(list, ({ from }) => from).values()) {
        const numbers = own.map(({ number }) => number)
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
      }
    }
  }
  expect(total()).toBe(2 * sends.length)
  await Promise.all(people.map((one) => one.close()))
}, 180_000)
