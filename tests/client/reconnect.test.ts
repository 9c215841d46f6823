// When the socket is opened again: by close code, with jitter, with fresh credentials.
import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { CurlewError } from '../../src/client/error.ts'
import { defaults } from '../../src/client/limits.ts'
import { afterClose } from '../../src/client/reconnect.ts'
import { Socket, type StateEvent } from '../../src/client/socket.ts'
import { closes } from '../../src/protocol/closes.ts'
import { ManualClock, settle } from './clock.ts'

/** What a page sees of a line: opened by the socket, moved by the test. */
class Line {
  static lines: Line[] = []
  readonly #listeners = new Map<string, (event: object) => void>()
  readonly said: { type: string; id?: string }[] = []
  closedWith: number | undefined

  constructor(readonly url: string) {
    Line.lines.push(this)
  }
  addEventListener(type: string, listener: (event: object) => void) {
    this.#listeners.set(type, listener)
  }
  send(text: string) {
    this.said.push(JSON.parse(text))
  }
  close(code?: number) {
    this.closedWith = code
  }
  hears(type: string, data: unknown = {}) {
    this.#listeners.get('message')?.({ data: JSON.stringify({ type, data, timestamp: 0 }) })
  }
  ends(code: number) {
    this.#listeners.get('close')?.({ code, reason: '' })
  }
}

function setup(random = () => 0.5) {
  Line.lines = []
  const clock = new ManualClock()
  const states: StateEvent[] = []
  const asked: boolean[] = []
  let fault: Error | undefined
  const socket = new Socket({
    clock,
    random,
    limits: defaults,
    WebSocket: Line,
    address: async (rejected) => {
      asked.push(rejected)
      if (fault) throw fault
      return { url: 'ws://x', protocols: [] }
    },
    hello: () => {},
    frame: () => {},
    state: (event) => void states.push(event),
  })
  return {
    clock,
    states,
    asked,
    socket,
    fail: (error: Error | undefined) => (fault = error),
    line: () => Line.lines.at(-1)!,
    async greeted() {
      await settle()
      Line.lines.at(-1)!.hears('hello', { heartbeat_seconds: 30 })
    },
  }
}

describe('by close code', () => {
  for (const [name, { code, reconnect }] of Object.entries(closes)) {
    test(`${code} (${name}): ${reconnect ? 'again' : 'never again'}`, async () => {
      const { clock, socket, line, greeted } = setup()
      socket.start()
      await greeted()
      line().hears('kicked', { reason: 'as said' })
      line().ends(code)
      // Not authenticated: once more, with refreshed credentials, and then never.
      if (name === 'unauthenticated') {
        await settle()
        line().ends(code)
      }
      const before = Line.lines.length
      await clock.pass(120_000)
      expect(Line.lines.length > before).toBe(reconnect)
      if (!reconnect) expect(socket.state).toMatchObject({ state: 'closed', code })
      if (!reconnect) expect(clock.pending).toBe(0)
      socket.stop()
      expect(clock.pending).toBe(0)
    })
  }
})

test('the pause has full jitter under a ceiling that doubles from 1 s to 30 s', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const run = fc.property(fc.nat({ max: 100 }), random, (attempt, chance) => {
    const after = afterClose(closes.broken.code, attempt, () => chance, false)
    const ceiling = Math.min(30_000, 1_000 * 2 ** attempt)
    expect(after).toEqual({ next: 'wait', delayMs: chance * ceiling })
    const busy = afterClose(closes.busy.code, attempt, () => chance, false)
    if (busy.next !== 'wait') throw new Error('busy is no end')
    expect(busy.delayMs).toBeGreaterThanOrEqual(5_000)
    expect(busy.delayMs).toBeLessThanOrEqual(30_000)
  })
  fc.assert(run)
})

test('a close that is not the server’s own ends nothing: proxies say 1000 and 1001 too', async () => {
  for (const code of [1000, 1001, 1005, 1011, 1014, 1015]) {
    const { clock, socket, states, line, greeted } = setup()
    socket.start()
    await greeted()
    line().ends(code)
    expect(states.at(-1)).toMatchObject({ state: 'waiting', code })
    await clock.step()
    expect([code, Line.lines.length]).toEqual([code, 2])
    // Before hello as well, and with pauses that grow.
    line().ends(code)
    expect(states.at(-1)).toMatchObject({ state: 'waiting', code, retryInMs: 1_000 })
    socket.stop()
  }
})

test('kicked is said of one line: the next one is not ended by it', async () => {
  const { clock, socket, states, line, greeted } = setup()
  socket.start()
  await greeted()
  line().hears('kicked', { reason: 'too slow' })
  line().ends(4008)
  await clock.step()
  await greeted()
  line().ends(1000)
  expect(states.at(-1)).toMatchObject({ state: 'waiting', code: 1000 })
  socket.stop()
})

test('after a restart the first try is made at once, the next ones with pauses that grow', async () => {
  const { clock, socket, states, line, greeted } = setup(() => 0.999)
  socket.start()
  await greeted()
  await clock.pass(defaults.stableMs)
  line().ends(closes.restart.code)
  expect(states.at(-1)!.retryInMs).toBeLessThanOrEqual(250)
  await clock.pass(250)
  // Still the node that is going, then nobody yet.
  for (const [code, ceiling] of [
    [closes.restart.code, 2_000],
    [1006, 4_000],
    [1006, 8_000],
  ] as const) {
    line().ends(code)
    expect(states.at(-1)).toMatchObject({ state: 'waiting', code, retryInMs: 0.999 * ceiling })
    await clock.step()
  }
  await greeted()
  await clock.pass(defaults.stableMs)
  line().ends(closes.restart.code)
  expect(states.at(-1)!.retryInMs).toBeLessThanOrEqual(250)
  socket.stop()
})

test('the ceiling grows while connects fail, and starts anew after a stable time', async () => {
  const { clock, states, socket, line, greeted } = setup(() => 0.999)
  socket.start()
  for (let round = 0; round < 4; round++) {
    await settle()
    line().ends(1006)
    await clock.step()
  }
  const pauses = () =>
    states.flatMap(({ retryInMs }) => (retryInMs === undefined ? [] : [retryInMs]))
  expect(pauses().map(Math.round)).toEqual([999, 1998, 3996, 7992])
  expect(socket.failures).toBe(4)
  await greeted()
  expect(socket.failures).toBe(0)
  line().ends(1006)
  expect(pauses().length).toBe(5)
  expect(Math.round(pauses()[4]!)).toBe(15_984)
  await clock.step()
  await greeted()
  await clock.pass(defaults.stableMs)
  line().ends(1006)
  expect(Math.round(pauses()[5]!)).toBe(999)
  socket.stop()
})

describe('a line that is only half there', () => {
  test('no hello in time', async () => {
    const { clock, socket } = setup()
    socket.start()
    await settle()
    await clock.pass(defaults.helloMs + 1_000)
    expect(Line.lines).toHaveLength(2)
    socket.stop()
    expect(clock.pending).toBe(0)
  })

  test('no answer to a ping', async () => {
    const { clock, states, socket, line, greeted } = setup()
    socket.start()
    await greeted()
    await clock.pass(30_000)
    expect(line().said.map(({ type }) => type)).toEqual(['ping'])
    line().hears('pong')
    await clock.pass(30_000)
    expect(line().said).toHaveLength(2)
    await clock.pass(defaults.pongMs)
    expect(Line.lines[0]!.closedWith).toBe(1000)
    expect(states.at(-1)).toMatchObject({ state: 'waiting', code: 1006 })
    await clock.pass(1_000)
    expect(Line.lines).toHaveLength(2)
    socket.stop()
  })

  test('any frame is a sign of life', async () => {
    const { clock, socket, line, greeted } = setup()
    socket.start()
    await greeted()
    for (let round = 0; round < 5; round++) {
      await clock.pass(30_000)
      line().hears('heads', {})
    }
    expect(Line.lines).toHaveLength(1)
    socket.stop()
  })

  test('a hint asks at once, or connects at once', async () => {
    const { clock, socket, line, greeted } = setup(() => 0.999)
    socket.start()
    await greeted()
    socket.nudge()
    expect(line().said.map(({ type }) => type)).toEqual(['ping'])
    await clock.pass(defaults.probeMs)
    expect(socket.state.state).toBe('waiting')
    socket.nudge()
    await settle()
    expect(Line.lines).toHaveLength(2)
    socket.stop()
  })
})

describe('credentials', () => {
  test('after 4001 they are refreshed once; refused again is the end', async () => {
    const { clock, asked, socket, line } = setup()
    socket.start()
    await settle()
    line().ends(4001)
    await settle()
    line().ends(4001)
    await clock.pass(100_000)
    expect(asked).toEqual([false, true])
    expect(socket.state).toMatchObject({ state: 'closed', code: 4001 })
  })

  test('a refresh without an answer is tried again later, a refused one is the end', async () => {
    const { clock, fail, socket, line } = setup()
    socket.start()
    await settle()
    fail(new CurlewError({ reason: 'network', msg: 'no line' }))
    line().ends(4001)
    await settle()
    expect(socket.state.state).toBe('waiting')
    fail(new CurlewError({ reason: 'signed_out', msg: 'over' }))
    await clock.step()
    expect(socket.state).toMatchObject({ state: 'closed', code: 4001 })
    expect(clock.pending).toBe(0)
  })
})

test('nothing of an earlier line is heard', async () => {
  const { clock, states, socket, line, greeted } = setup()
  socket.start()
  await greeted()
  const first = line()
  socket.stop()
  socket.start()
  await greeted()
  first.ends(1006)
  expect(states.at(-1)).toEqual({ state: 'open' })
  socket.stop()
  socket.stop()
  expect(clock.pending).toBe(0)
})
