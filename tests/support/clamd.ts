// A clamd as far as files are sent to it: it hears a whole one and says what is in it.
import { expect } from 'bun:test'
import type { Socket } from 'bun'

/** The test virus of EICAR, in two pieces, lest a scanner take this file for one. */
export const virus = Buffer.from(
  `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'}`,
)

export interface Heard {
  bytes: Buffer
}

/** What it does once it has heard so much. */
export type Behaviour = (socket: Socket<Heard>, file: Buffer, ended: boolean) => void

export const clamd: Behaviour = (socket, file, ended) => {
  if (!ended) return
  socket.end(file.includes(virus) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
}

export interface Clamd extends Disposable {
  readonly port: number
  behave: Behaviour
}

export function startClamd(): Clamd {
  const server = Bun.listen<Heard>({
    port: 0,
    hostname: '127.0.0.1',
    socket: {
      open: (socket) => void (socket.data = { bytes: Buffer.alloc(0) }),
      data(socket, piece) {
        socket.data.bytes = Buffer.concat([socket.data.bytes, piece])
        const { file, ended } = fileIn(socket.data.bytes)
        started.behave(socket, file, ended)
      },
    },
  })
  const started: Clamd = {
    port: server.port,
    behave: clamd,
    [Symbol.dispose]: () => server.stop(true),
  }
  return started
}

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
