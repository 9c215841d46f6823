// Files are looked through by a clamd, and by one that is slow, gone, confused or full.
import { afterAll, expect, test } from 'bun:test'
import { limits } from '../../src/infra/limits.ts'
import { ClamdScanner } from '../../src/infra/media/scan.clamd.ts'
import { bytesOf, streamOf } from '../support/bytes.ts'
import { clamd, startClamd, virus, type Behaviour } from '../support/clamd.ts'
import { ShiftedClock } from '../support/clock.ts'

const server = startClamd()
afterAll(() => server[Symbol.dispose]())

const clock = new ShiftedClock({ shorten: limits.media.scan.answerMs, to: 50 })
const scanner = new ClamdScanner({ host: '127.0.0.1', port: server.port }, clock)
const large = bytesOf(3_000_000)

const tried = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: Error) => error.message,
  )

test('clean is clean, and a virus has a name, wherever in the file it is', async () => {
  server.behave = clamd
  const infected = Buffer.concat([large, virus, large])
  const files = [bytesOf(0), large, virus, infected]
  const said = await Promise.all(files.map((bytes) => scanner.scan(streamOf(bytes))))
  const found = { outcome: 'infected' as const, name: 'Eicar-Test-Signature' }
  expect(said).toEqual([{ outcome: 'clean' }, { outcome: 'clean' }, found, found])
})

test('one that has heard enough gets no more', async () => {
  let given = 0
  server.behave = (socket, file) => {
    if (file.length > 100_000) socket.end('INSTREAM size limit exceeded. ERROR\0')
  }
  const stream = streamOf(bytesOf(50_000_000), { onPiece: (bytes) => (given = bytes) })
  expect(await scanner.scan(stream)).toEqual({ outcome: 'tooLarge' })
  expect(given).toBeLessThan(50_000_000)
})

test('no answer is none: not clean', async () => {
  const answers: [RegExp, Behaviour][] = [
    [/slow/, () => {}],
    [/hung up|RESET|EPIPE/, (socket) => void socket.end()],
    [/UNKNOWN/, (socket) => void socket.end('UNKNOWN COMMAND\0')],
    [/OK, as/, (socket) => void socket.end('it is OK, as far as I know\0')],
    [/xxx/, (socket) => void socket.write('x'.repeat(5_000))],
    [/hung up|RESET|EPIPE/, (socket, _, ended) => void (ended && socket.end('stream: O'))],
  ]
  for (const [words, behaviour] of answers) {
    server.behave = behaviour
    clock.shortens = words.source === 'slow'
    const said = await tried(scanner.scan(streamOf(large.slice(0, 300_000))))
    expect(said).toMatch(words)
  }
})

test('a sender who goes away, or a scanner that is not there, ends it', async () => {
  server.behave = clamd
  const broken = streamOf(large, { fails: 200_000 })
  expect(await tried(scanner.scan(broken))).toContain('went away')
  const nobody = new ClamdScanner({ path: '/nowhere/clamd.sock' }, clock)
  let cancelled = false
  const waiting = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) })
  expect(await tried(nobody.scan(waiting))).not.toBe('answered')
  expect(cancelled).toBe(true)
})
