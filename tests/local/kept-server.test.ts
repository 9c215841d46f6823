// A server that dies is started again on its port; only in vain so often.
import { expect, test } from 'bun:test'
import type { Exit } from '../../src/local/child.ts'
import { LocalFailure } from '../../src/local/failure.ts'
import { KeptServer, type Server } from '../../src/local/kept-server.ts'
import { Tries } from '../../src/local/tries.ts'
import { until } from './support.ts'

const killed: Exit = { code: null, signal: 'SIGKILL' }

/** Servers that only live and die; `broken` ones do not even start. */
class Stable {
  readonly started: (Server & { die: () => void })[] = []
  readonly ports: (number | undefined)[] = []
  readonly said: string[] = []
  readonly pauses: number[] = []
  readonly wish = new AbortController()
  broken = false
  givenUp = 0

  run() {
    return KeptServer.start({
      name: 'Redis',
      start: (port) => this.#start(port),
      stopping: this.wish.signal,
      say: (line) => void this.said.push(line),
      onGivenUp: () => void this.givenUp++,
      pause: async (ms) => void this.pauses.push(ms),
    })
  }

  async #start(port?: number) {
    this.ports.push(port)
    if (this.broken) throw new LocalFailure('Redis did not start.')
    const { promise: exited, resolve } = Promise.withResolvers<Exit>()
    const die = () => resolve(killed)
    const server = {
      port: port ?? 4711,
      exited,
      die,
      tail: () => ['ouch'],
      stop: async () => die(),
    }
    this.started.push(server)
    return server
  }
}

test('it comes back on the port it had, and is stopped for good when we are', async () => {
  const stable = new Stable()
  const kept = await stable.run()
  stable.started[0]!.die()
  await until(() => stable.said.includes('Redis runs again.'))
  expect(stable.ports).toEqual([undefined, 4711])
  expect(stable.said[0]).toStartWith('Redis was killed by SIGKILL; it is started again.')
  stable.wish.abort()
  await kept.stop()
  expect([stable.started.length, stable.givenUp]).toEqual([2, 0])
})

test('after several tries in vain it gives up, in one sentence', async () => {
  const stable = new Stable()
  await stable.run()
  stable.broken = true
  stable.started[0]!.die()
  await until(() => stable.givenUp > 0)
  expect(stable.pauses).toEqual([0, 1_000, 2_000, 4_000, 8_000])
  expect(stable.ports.slice(1)).toEqual([4711, 4711, 4711, 4711, 4711])
  expect(stable.said.at(-1)).toBe('Redis did not stay after 5 tries: everything stops.')
  expect(stable.said.filter((line) => line.includes('everything stops'))).toHaveLength(1)
})

test('dying again and again counts as much as not starting', async () => {
  const stable = new Stable()
  await stable.run()
  for (let n = 0; n < 6; n++) (await until(() => stable.started[n])).die()
  await until(() => stable.givenUp > 0)
  expect(stable.started).toHaveLength(6)
})

test('whoever wishes to stop during a pause is not kept by a new start', async () => {
  const stable = new Stable()
  const kept = await stable.run()
  stable.wish.signal.addEventListener('abort', () => stable.started[0]!.die())
  stable.wish.abort()
  await kept.stop()
  expect([stable.started.length, stable.said, stable.givenUp]).toEqual([1, [], 0])
})

test('what has run for a minute is healthy: its next death is the first again', () => {
  const tries = new Tries()
  const short = [10, 10, 10, 10, 10].map((ms) => tries.pauseAfter(ms))
  expect(short).toEqual([0, 1_000, 2_000, 4_000, 8_000])
  expect(tries.pauseAfter(59_999)).toBeUndefined()
  expect(tries.pauseAfter(60_000)).toBe(0)
  expect(tries.pauseAfter(10)).toBe(1_000)
})
