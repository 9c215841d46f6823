// A sender by REST: keep-alive connections, one request under way on each.

export interface RestHandlers {
  /** The answer to a message that went out by `send`. */
  answered(number: number, status: number, body: Buffer): void
  closed(why: string): void
}

const headEnd = Buffer.from('\r\n\r\n')

/** As many requests at once as it has connections; more are not asked of it. */
export class RestSender {
  readonly #free: Line[] = []

  constructor(private readonly handlers: RestHandlers) {}

  async connect(address: { hostname: string; port: number }, connections: number): Promise<void> {
    for (let count = 0; count < connections; count++) {
      const line = new Line(this.handlers, (free) => this.#free.push(free))
      await line.connect(address)
      this.#free.push(line)
    }
  }

  send(request: Buffer, number: number): void {
    const line = this.#free.pop()
    if (!line) throw new Error('no connection of this sender is free')
    line.send(request, number)
  }
}

class Line {
  #socket: Bun.Socket<Line> | undefined
  #number = -1
  #rest: Buffer | undefined

  constructor(
    private readonly handlers: RestHandlers,
    private readonly onFree: (line: Line) => void,
  ) {}

  async connect(address: { hostname: string; port: number }): Promise<void> {
    this.#socket = await Bun.connect<Line>({ ...address, data: this, socket: socketHandlers })
  }

  /** A request is far smaller than what a socket takes at once. */
  send(request: Buffer, number: number): void {
    this.#number = number
    const written = this.#socket?.write(request) ?? 0
    if (written < request.length) this.handlers.closed('a request was not taken whole')
  }

  received(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    this.#rest = undefined
    const head = bytes.indexOf(headEnd)
    const start = head + headEnd.length
    const length = head < 0 ? 0 : lengthIn(bytes.toString('latin1', 0, head))
    if (head < 0 || bytes.length < start + length) {
      // The chunk belongs to the runtime, which fills it again.
      this.#rest = Buffer.from(bytes)
      return
    }
    const status = Number(bytes.toString('latin1', 9, 12))
    const number = this.#number
    this.onFree(this)
    this.handlers.answered(number, status, bytes.subarray(start, start + length))
  }

  closed(why: string): void {
    this.handlers.closed(why)
  }
}

function lengthIn(head: string): number {
  const [, digits] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? []
  if (digits === undefined) throw new Error('an answer without content-length')
  return Number(digits)
}

const socketHandlers: Bun.SocketHandler<Line, 'buffer'> = {
  binaryType: 'buffer',
  data: (socket, chunk) => socket.data.received(chunk),
  close: (socket) => socket.data.closed('a connection ended'),
  error: (socket, error) => socket.data.closed(error.message),
}
