// Files are looked through by a clamd, and by one that is slow, gone, confused or full.
import { afterAll, expect, test } from 'bun:test'
import type { Socket } from 'bun'
import { limits } from '../../src/infra/limits.ts'
import { ClamdScanner } from '../../src/infra/media/scan.clamd.ts'
import { bytesOf, streamOf } from '../support/bytes.ts'
import { ShiftedClock } from '../support/clock.ts'

/** The test virus of EICAR, in two pieces, lest a scanner take this file for one. */
const virus = Buffer.from(
  `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'}`,
)

interface Heard {
  bytes: Buffer
  ended: boolean
}

/** What it does once it has heard so much; by default what clamd does. */
let behave: (socket: Socket<Heard>, file: Buffer, ended: boolean) => void
const clamd: typeof behave = (socket, file, ended) => {
  if (!ended) return
  socket.end(file.includes(virus) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
}

const server = Bun.listen<Heard>({
  port: 0,
  hostname: '127.0.0.1',
  socket: {
    open: (socket) => void (socket.data = { bytes: Buffer.alloc(0), ended: false }),
    data(socket, piece) {
      socket.data.bytes = Buffer.concat([socket.data.bytes, piece])
      const { file, ended } = fileIn(socket.data.bytes)
      behave(socket, file, ended)
    },
  },
})
afterAll(() => server.stop(true))

/** INSTREAM: a command, then pieces with their length before them, and one of no length. */
function fileIn(bytes: Buffer): { file: Buffer; ended: boolean } {
  expect(bytes.subarray(0, 10).toString()).toBe('zINSTREAM\0'.slice(0, bytes.length))
  const pieces: Buffer[] = []
  for (let at = 10; at + 4 <= bytes.length;) {
    const length = bytes.readUInt32BE(at)
    if (length === 0) return { file: Buffer.concat(pieces), ended: at + 4 === bytes.length }
    pieces.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return { file: Buffer.concat(pieces), ended: false }
}

const clock = new ShiftedClock({ shorten: limits.media.scan.answerMs, to: 50 })
const scanner = new ClamdScanner({ host: '127.0.0.1', port: server.port }, clock)
const large = bytesOf(3_000_000)

const tried = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: Error) => error.message,
  )

test('clean is clean, and a virus has a name, wherever in the file it is', async () => {
  behave = clamd
  const infected = Buffer.concat([large, virus, large])
  const files = [bytesOf(0), large, virus, infected]
  const said = await Promise.all(files.map((bytes) => scanner.scan(streamOf(bytes))))
  const found = { outcome: 'infected' as const, name: 'Eicar-Test-Signature' }
  expect(said).toEqual([{ outcome: 'clean' }, { outcome: 'clean' }, found, found])
})

test('one that has heard enough gets no more', async () => {
  let given = 0
  behave = (socket, file) => {
    if (file.length > 100_000) socket.end('INSTREAM size limit exceeded. ERROR\0')
  }
  const stream = streamOf(bytesOf(50_000_000), { onPiece: (bytes) => (given = bytes) })
  expect(await scanner.scan(stream)).toEqual({ outcome: 'tooLarge' })
  expect(given).toBeLessThan(50_000_000)
})

test('no answer is none: not clean', async () => {
  const answers: [RegExp, typeof behave][] = [
    [/slow/, () => {}],
    [/hung up|RESET|EPIPE/, (socket) => void socket.end()],
    [/UNKNOWN/, (socket) => void socket.end('UNKNOWN COMMAND\0')],
    [/OK, as/, (socket) => void socket.end('it is OK, as far as I know\0')],
    [/xxx/, (socket) => void socket.write('x'.repeat(5_000))],
    [/hung up|RESET|EPIPE/, (socket, _, ended) => void (ended && socket.end('stream: O'))],
  ]
  for (const [words, behaviour] of answers) {
    behave = behaviour
    clock.shortens = words.source === 'slow'
    const said = await tried(scanner.scan(streamOf(large.slice(0, 300_000))))
    expect(said).toMatch(words)
  }
})

test('a sender who goes away, or a scanner that is not there, ends it', async () => {
  behave = clamd
  const broken = streamOf(large, { fails: 200_000 })
  expect(await tried(scanner.scan(broken))).toContain('went away')
  const nobody = new ClamdScanner({ path: '/nowhere/clamd.sock' }, clock)
  let cancelled = false
  const waiting = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) })
  expect(await tried(nobody.scan(waiting))).not.toBe('answered')
  expect(cancelled).toBe(true)
})
