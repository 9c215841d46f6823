// One device's socket without a server around it: what leaves first, and what closes it.
import { describe, expect, test } from 'bun:test'
import type { Actor, Locale } from '../../src/core/actor.ts'
import { systemClock } from '../../src/core/clock.ts'
import { limits } from '../../src/limits.ts'
import { createMetrics } from '../../src/infra/metrics.ts'
import { closes } from '../../src/protocol/closes.ts'
import { errors } from '../../src/protocol/errors.ts'
import { Connection, type Host } from '../../src/socket/connection.ts'
import { texts } from '../../src/texts/texts.ts'
import { newLine } from './line.ts'

const alice: Actor = {
  id: 1,
  userId: 'alice',
  nickname: 'Alice',
  sessionId: 5,
  deviceId: 'phone',
  role: 'user',
}

/** A socket of Alice's that waits for its hello, and what its host is told. */
function knock({ locale = 'en' as Locale, rateLimits = false } = {}) {
  const line = newLine()
  const welcomed = Promise.withResolvers<void>()
  const handled: string[] = []
  const gone: Connection[] = []
  const time = { elapsed: 0 }
  const host: Host = {
    clock: { ...systemClock, now: () => new Date(7_000), elapsed: () => time.elapsed },
    metrics: createMetrics('api'),
    rateLimits,
    welcome: () => welcomed.promise,
    handle: (_, text) => void handled.push(text),
    farewell: (each) => void gone.push(each),
  }
  const connection = new Connection('n.1', alice, 'phone', locale, host)
  connection.open(line)
  const says = (...frames: string[]) => frames.forEach((text) => connection.message(line, text))
  return { connection, line, host, handled, gone, time, welcomed, says }
}

/** One that has had its hello. */
function greeted(how?: Parameters<typeof knock>[0]) {
  const all = knock(how)
  all.connection.greet('hello')
  all.welcomed.resolve()
  all.line.writes.length = 0
  return all
}

/** What was already promised has happened after one. */
const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('before hello', () => {
  test('what is sent waits, and leaves after hello in its order and in one write', () => {
    const { connection, line } = knock()
    connection.send('1')
    connection.sendAll(['2', '3'])
    expect(line.writes).toEqual([])
    connection.greet('hello')
    connection.send('4')
    expect(line.writes).toEqual([['hello', '1', '2', '3'], ['4']])
  })

  test('what is said waits, and is handled in its order', async () => {
    const { connection, handled, welcomed, says } = knock()
    says('1', '2')
    await turnOfTheLoop()
    expect(handled).toEqual([])
    connection.greet('hello')
    says('3')
    welcomed.resolve()
    await turnOfTheLoop()
    expect(handled).toEqual(['1', '2', '3'])
  })

  test('whoever goes without hello is told of, and what waits goes nowhere', async () => {
    const { connection, line, handled, gone, welcomed, says } = knock()
    says('1', '2')
    connection.send('3')
    connection.close(line)
    connection.greet('hello')
    welcomed.resolve()
    await turnOfTheLoop()
    expect([handled, line.writes, gone]).toEqual([[], [], [connection]])
  })
})

describe('backpressure', () => {
  const { outboundBytesMax } = limits.socket
  test.each([
    ['the kernel takes it', 1, 0, null],
    ['some bytes wait', -1, outboundBytesMax, null],
    ['too many bytes wait', -1, outboundBytesMax + 1, 'tooSlow'],
    ['a frame was dropped', 0, 0, 'tooSlow'],
  ] as const)('%s: %d with %d waiting', (_, answer, buffered, reason) => {
    for (const frames of [['1'], ['1', '2']]) {
      const { connection, line } = greeted()
      Object.assign(line, { answer, buffered })
      connection.sendAll(frames)
      expect(line.writes).toEqual([frames])
      expect(line.closed?.code).toBe(reason ? closes[reason].code : undefined)
      connection.send('3')
      expect(line.writes).toEqual(reason ? [frames] : [frames, ['3']])
    }
  })

  test('one dropped frame among others closes it', () => {
    const { connection, line } = greeted()
    const answers = [1, 0, 1]
    line.sendText = () => answers.shift() as number
    connection.sendAll(['1', '2', '3'])
    expect(line.closed?.code).toBe(closes.tooSlow.code)
  })
})

describe('rate limit', () => {
  const { framesBurst, framesPerSecond, refusedFramesMax } = limits.socket
  const frames = (count: number) => Array.from({ length: count }, (_, n) => String(n))

  test('a burst is handled, then a second brings its share, and the rest is refused', () => {
    const { line, handled, time, says } = greeted({ rateLimits: true })
    says(...frames(framesBurst + 1))
    expect(handled).toHaveLength(framesBurst)
    expect(line.writes).toHaveLength(1)
    expect(JSON.parse(line.writes[0]?.[0] ?? '')).toMatchObject({
      type: 'error',
      data: { code: errors.tooManyRequests.code, retry_after: 1, retryable: true },
      timestamp: 7,
    })
    time.elapsed = 1_000
    says(...frames(framesPerSecond + 1))
    expect(handled).toHaveLength(framesBurst + framesPerSecond)
    expect(line.writes).toHaveLength(2)
  })

  test('whoever goes on after many refusals is closed; one that was taken begins anew', () => {
    const { line, time, says } = greeted({ rateLimits: true })
    says(...frames(framesBurst + refusedFramesMax))
    time.elapsed = Math.ceil(1_000 / framesPerSecond)
    says(...frames(1 + refusedFramesMax))
    expect(line.closed).toBe(null)
    says('one more')
    expect(line.closed?.code).toBe(closes.tooManyFrames.code)
    expect(line.writes).toHaveLength(2 * refusedFramesMax)
  })
})

describe('kick', () => {
  test.each([
    ['en', 'the session ended'],
    ['zh', '登录已结束'],
  ] as const)('says why before closing, in %s', (locale, reason) => {
    const { connection, line } = greeted({ locale })
    const atClose: string[][][] = []
    const close = line.close.bind(line)
    line.close = (code, words) => {
      atClose.push([...line.writes])
      close(code, words)
    }
    connection.kick('sessionEnded', 'the session ended')
    const kicked = JSON.stringify({ type: 'kicked', data: { reason }, timestamp: 7 })
    expect(atClose).toEqual([[[kicked]]])
    const words = texts[locale].closes.sessionEnded
    expect(line.closed).toEqual({ code: closes.sessionEnded.code, reason: words })
  })

  test('the host is told once, and nothing is said or heard any more', async () => {
    const { connection, line, host, handled, gone, says } = greeted()
    connection.kick('replaced', 'too many devices')
    // Bun tells us too, once the line is down.
    connection.close(line)
    connection.kick('sessionEnded', 'the session ended')
    connection.send('1')
    says('2')
    expect([gone, handled]).toEqual([[connection], []])
    expect(line.writes).toHaveLength(1)
    const { sockets, closes: counted } = host.metrics
    expect((await sockets.get()).values).toMatchObject([{ value: 0 }])
    expect((await counted.get()).values).toMatchObject([
      { labels: { reason: 'replaced' }, value: 1 },
    ])
  })
})
