// A WebSocket client of few words: raw frames on a TCP socket, nothing decoded that is not needed.

export interface LinkHandlers {
  /** One whole text frame lies in `bytes` from `start` to `end`; valid only during the call. */
  text(link: Link, bytes: Buffer, start: number, end: number): void
  /** The upgrade was accepted. */
  upgraded(link: Link): void
  closed(link: Link, why: string): void
}

export interface LinkAddress {
  readonly hostname: string
  readonly port: number
  readonly path: string
  readonly headers: readonly string[]
}

const opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const
const headEnd = Buffer.from('\r\n\r\n')

/** A masked client frame; the mask is zero, so the payload stays readable and can be patched. */
export function clientFrame(payload: Buffer, kind: number = opcode.text): Buffer {
  const long = payload.length > 125
  const start = long ? 8 : 6
  const frame = Buffer.alloc(start + payload.length)
  frame[0] = 0x80 | kind
  frame[1] = 0x80 | (long ? 126 : payload.length)
  if (long) frame.writeUInt16BE(payload.length, 2)
  payload.copy(frame, start)
  return frame
}

export class Link {
  /** Which of the caller's devices this is. */
  readonly place: number
  readonly #handlers: LinkHandlers
  #socket: Bun.Socket<Link> | undefined
  #open = false
  #done = false
  #rest: Buffer | undefined
  #unsent: Buffer[] = []

  constructor(place: number, handlers: LinkHandlers) {
    this.place = place
    this.#handlers = handlers
  }

  async connect(address: LinkAddress) {
    this.#socket = await Bun.connect<Link>({
      hostname: address.hostname,
      port: address.port,
      data: this,
      socket: socketHandlers,
    })
    const key = crypto.getRandomValues(Buffer.alloc(16)).toString('base64')
    const lines = [
      `GET ${address.path} HTTP/1.1`,
      `Host: ${address.hostname}:${address.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Version: 13',
      ...address.headers,
      '',
      '',
    ]
    this.send(Buffer.from(lines.join('\r\n')))
  }

  /** The bytes may be reused by the caller as soon as this returns. */
  send(bytes: Buffer) {
    if (this.#done || !this.#socket) return
    if (this.#unsent.length > 0) {
      this.#unsent.push(Buffer.from(bytes))
      return
    }
    const written = Math.max(0, this.#socket.write(bytes))
    if (written < bytes.length) this.#unsent.push(Buffer.from(bytes.subarray(written)))
  }

  drained() {
    while (this.#unsent.length > 0 && this.#socket) {
      const first = this.#unsent[0]!
      const written = Math.max(0, this.#socket.write(first))
      if (written < first.length) {
        this.#unsent[0] = first.subarray(written)
        return
      }
      this.#unsent.shift()
    }
  }

  received(chunk: Buffer) {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    this.#rest = undefined
    let place = 0
    if (!this.#open) {
      place = this.#upgrade(bytes)
      if (place === 0) return
    }
    while (!this.#done && bytes.length - place >= 2) {
      const next = this.#frame(bytes, place)
      if (next === 0) break
      place = next
    }
    // The chunk belongs to the runtime, which fills it again: what is kept is copied.
    if (place < bytes.length) this.#rest = Buffer.from(bytes.subarray(place))
  }

  /** The end of the answer's head, or 0 while it is incomplete. */
  #upgrade(bytes: Buffer): number {
    const end = bytes.indexOf(headEnd)
    if (end < 0) {
      this.#rest = Buffer.from(bytes)
      return 0
    }
    const line = bytes.toString('latin1', 0, bytes.indexOf('\r'))
    if (!line.startsWith('HTTP/1.1 101')) {
      this.close(line)
      return 0
    }
    this.#open = true
    this.#handlers.upgraded(this)
    return end + headEnd.length
  }

  /** The end of the frame that begins at `place`, or 0 while it is incomplete. */
  #frame(bytes: Buffer, place: number): number {
    let length = bytes[place + 1]! & 0x7f
    let start = place + 2
    if (length === 126) {
      if (bytes.length < start + 2) return 0
      length = bytes.readUInt16BE(start)
      start += 2
    } else if (length === 127) {
      if (bytes.length < start + 8) return 0
      length = Number(bytes.readBigUInt64BE(start))
      start += 8
    }
    const end = start + length
    if (end > bytes.length) return 0
    const kind = bytes[place]! & 0x0f
    if (kind === opcode.text) this.#handlers.text(this, bytes, start, end)
    else if (kind === opcode.ping) {
      this.send(clientFrame(bytes.subarray(start, end), opcode.pong))
    } else if (kind === opcode.close) {
      const code = length >= 2 ? bytes.readUInt16BE(start) : 1005
      this.close(`closed with ${code} ${bytes.toString('utf8', start + 2, end)}`)
    }
    return end
  }

  close(why: string) {
    if (this.#done) return
    this.#done = true
    this.#socket?.end()
    this.#handlers.closed(this, why)
  }
}

const socketHandlers: Bun.SocketHandler<Link, 'buffer'> = {
  binaryType: 'buffer',
  data: (socket, chunk) => socket.data.received(chunk),
  drain: (socket) => socket.data.drained(),
  close: (socket) => socket.data.close('the connection ended'),
  error: (socket, error) => socket.data.close(error.message),
}
