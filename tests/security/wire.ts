// What browsers and libraries would never send: requests and frames byte by byte.
import { connect, type Socket } from 'node:net'

/** A line to a server on which a test writes what it likes. */
export class Wire implements Disposable {
  said = ''
  closed = false

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      // Enough to see what was answered; a flood of pongs is not kept.
      if (this.said.length < 20_000) this.said += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => (this.closed = true))
  }

  static open(base: string): Promise<Wire> {
    const { port } = new URL(base)
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => resolve(new Wire(socket)))
      socket.once('error', reject)
    })
  }

  /** A request: its first line, its headers one per entry, its body. */
  ask(line: string, headers: readonly string[] = [], body = ''): void {
    this.write(`${[`${line} HTTP/1.1`, 'Host: curlew', ...headers].join('\r\n')}\r\n\r\n${body}`)
  }

  write(bytes: string | Uint8Array): void {
    if (!this.closed) this.socket.write(bytes)
  }

  get status(): number | undefined {
    const found = /^HTTP\/1\.1 (\d{3})/.exec(this.said)?.[1]
    return found === undefined ? undefined : Number(found)
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

export const upgrade = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

export const opcodes = { more: 0, text: 1, ping: 9 } as const

/** A client's frame (RFC 6455 section 5.2), masked with zeros. */
export function frame(
  opcode: number,
  payload: Uint8Array | string,
  { last = true, reserved = 0 }: { last?: boolean; reserved?: number } = {},
): Buffer {
  const body = Buffer.from(payload)
  const long = body.length > 125
  const head = Buffer.alloc((long ? 4 : 2) + 4)
  head[0] = (last ? 0x80 : 0) | (reserved << 4) | opcode
  head[1] = 0x80 | (long ? 126 : body.length)
  if (long) head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, body])
}
