// ClamAV adapter of the scan port: streams a file to clamd, which need not see our files (INSTREAM).
import { connect, type Socket } from 'node:net'
import { withDeadline, type Clock } from '../../core/clock.ts'
import { limits } from '../limits.ts'
import type { Scanner, ScanOutcome } from './scan.ts'

/** A host and port, or the path of a socket. */
export type ClamdPlace =
  { readonly host: string; readonly port: number } | { readonly path: string }

export class ClamdScanner implements Scanner {
  constructor(
    private readonly place: ClamdPlace,
    private readonly clock: Clock,
  ) {}

  async scan(body: ReadableStream<Uint8Array>): Promise<ScanOutcome> {
    const { connectMs, silenceMs, answerMs } = limits.media.scan
    const socket = connect(this.place)
    const line = new Line(socket)
    const within = <T>(milliseconds: number, work: Promise<T>) =>
      withDeadline(this.clock, milliseconds, work, () => new Error('clamd is too slow'))
    try {
      await within(connectMs, line.opened)
      await within(silenceMs, line.write(Buffer.from('zINSTREAM\0')))
      for await (const chunk of body) {
        // It may have heard enough, or more than it takes.
        if (line.isAnswered) break
        // No bytes would be the end.
        if (chunk.length === 0) continue
        await within(silenceMs, line.write(lengthOf(chunk.length)))
        await within(silenceMs, line.write(chunk))
      }
      if (!line.isAnswered) await within(silenceMs, line.write(lengthOf(0)))
      return outcomeOf(await within(answerMs, line.answer))
    } finally {
      socket.destroy()
      await body.cancel().catch(() => {})
    }
  }
}

/** A connection that says one thing in the end, and perhaps before that. */
class Line {
  readonly opened: Promise<void>
  readonly answer: Promise<string>
  isAnswered = false
  readonly #broken = Promise.withResolvers<never>()

  constructor(private readonly socket: Socket) {
    const answer = Promise.withResolvers<string>()
    let said = ''
    socket.on('data', (piece: Buffer) => {
      said += piece.toString('latin1')
      const isWhole = said.includes('\0') || said.length > limits.media.scan.answerBytesMax
      if (!isWhole || this.isAnswered) return
      this.isAnswered = true
      answer.resolve(said.split('\0')[0] ?? '')
    })
    socket.on('error', (error) => this.#broken.reject(error))
    socket.on('close', () => this.#broken.reject(new Error('clamd has hung up')))
    this.opened = this.#unlessBroken(
      new Promise((resolve) => socket.on('connect', () => resolve())),
    )
    this.answer = this.#unlessBroken(answer.promise)
    // Whoever waits for one of these hears of it; nobody may wait for the other.
    for (const each of [this.opened, this.answer, this.#broken.promise]) each.catch(() => {})
  }

  /** Resolves when more may be written, and when nothing more need be. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.isAnswered || this.socket.write(bytes)) return
    const drained = new Promise<void>((resolve) => this.socket.once('drain', () => resolve()))
    await Promise.race([this.#unlessBroken(drained), this.answer])
  }

  #unlessBroken<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#broken.promise])
  }
}

function lengthOf(bytes: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(bytes)
  return head
}

function outcomeOf(said: string): ScanOutcome {
  if (/^stream: OK$/.test(said)) return { outcome: 'clean' }
  const name = /^stream: (.{1,200}) FOUND$/.exec(said)?.[1]
  if (name !== undefined) return { outcome: 'infected', name }
  if (/size limit exceeded/i.test(said)) return { outcome: 'tooLarge' }
  throw new Error(`clamd said: ${said.slice(0, 100)}`)
}
