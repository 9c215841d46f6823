// A TCP link a test can break: hold either direction, strand, reset, delay or refuse, and count.
import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'

/** `up`: from the client to the server; `down`: from the server to the client. */
export type Direction = 'up' | 'down'

interface Flow {
  readonly from: Socket
  readonly to: Socket
  readonly direction: Direction
  /** What came while the direction was held, in order. */
  held: Buffer[]
  ended: boolean
  /** The end of the queue of delayed chunks. */
  tail: Promise<void>
}

interface Link {
  readonly client: Socket
  readonly server: Socket
  readonly flows: Record<Direction, Flow>
  /** Stranded links never come back, like those through a router that lost its state. */
  stranded: boolean
}

const zero = () => ({ up: 0, down: 0 })

export class Proxy {
  /** Bytes that reached the other side, and bytes that came while a direction was held. */
  readonly forwarded = zero()
  readonly withheld = zero()
  accepted = 0
  /** Connections that came while the port was closed cannot be seen; these were cut by `reset`. */
  cut = 0
  #held: Record<Direction, boolean> = { up: false, down: false }
  #latencyMs = 0
  #server: Server | null = null
  readonly #links = new Set<Link>()

  private constructor(
    readonly target: number,
    public port: number,
  ) {}

  /** Listens on a free port of 127.0.0.1 and forwards to `target` there. */
  static async to(target: number): Promise<Proxy> {
    const proxy = new Proxy(target, 0)
    await proxy.accept()
    return proxy
  }

  get open(): number {
    return this.#links.size
  }

  /** The same URL by way of this link. */
  through(url: string): string {
    const changed = new URL(url)
    changed.port = String(this.port)
    return changed.href
  }

  /** Forwards nothing in these directions and says nothing about it; sockets stay open. */
  hold(...directions: Direction[]): void {
    for (const each of directions.length > 0 ? directions : (['up', 'down'] as const)) {
      this.#held[each] = true
    }
  }

  /** What was held arrives late, as after a partition that TCP survived. */
  heal(): void {
    this.#held = zero() as never
    this.#held = { up: false, down: false }
    this.#latencyMs = 0
    for (const link of this.#links) {
      if (link.stranded) continue
      for (const flow of Object.values(link.flows)) this.#release(flow)
    }
  }

  /** Present connections fall silent for good, and nobody is told; new ones work. */
  strand(): void {
    for (const link of this.#links) link.stranded = true
  }

  /** Cuts all connections with a reset. */
  reset(): void {
    for (const link of this.#links) {
      this.cut++
      link.client.resetAndDestroy()
      link.server.destroy()
    }
    this.#links.clear()
  }

  delay(milliseconds: number): void {
    this.#latencyMs = milliseconds
  }

  /** Nobody listens: connections are refused. Present ones go on. */
  async refuse(): Promise<void> {
    const server = this.#server
    this.#server = null
    // Its callback waits for all connections; the port is closed before.
    server?.close()
    await new Promise((resolve) => setImmediate(resolve))
  }

  async accept(): Promise<void> {
    if (this.#server) return
    const server = createServer({ allowHalfOpen: true }, (client) => this.#link(client))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.port, '127.0.0.1', resolve)
    })
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse()
    for (const link of this.#links) {
      link.client.destroy()
      link.server.destroy()
    }
    this.#links.clear()
  }

  #link(client: Socket): void {
    this.accepted++
    const server = createConnection({ port: this.target, host: '127.0.0.1', allowHalfOpen: true })
    const flow = (from: Socket, to: Socket, direction: Direction): Flow => ({
      from,
      to,
      direction,
      held: [],
      ended: false,
      tail: Promise.resolve(),
    })
    const flows = { up: flow(client, server, 'up'), down: flow(server, client, 'down') }
    const link: Link = { client, server, flows, stranded: false }
    this.#links.add(link)
    for (const each of Object.values(flows)) this.#wire(link, each)
  }

  #wire(link: Link, flow: Flow): void {
    const { from, to, direction } = flow
    from.setNoDelay(true)
    from.on('data', (chunk: Buffer) => {
      if (this.#held[direction] || link.stranded) {
        this.withheld[direction] += chunk.length
        if (!link.stranded) flow.held.push(chunk)
        return
      }
      this.#forward(flow, chunk)
    })
    from.on('end', () => {
      flow.ended = true
      if (!this.#held[direction] && !link.stranded) this.#later(flow, () => to.end())
    })
    from.on('error', () => {})
    from.on('close', () => {
      flow.ended = true
      if (this.#held[direction] || link.stranded) return
      this.#later(flow, () => to.destroySoon())
      this.#links.delete(link)
    })
  }

  #forward(flow: Flow, chunk: Buffer): void {
    this.#later(flow, () => {
      this.forwarded[flow.direction] += chunk.length
      if (!flow.to.destroyed) flow.to.write(chunk)
    })
  }

  /** At once without latency; otherwise after it, in order. */
  #later(flow: Flow, run: () => void): void {
    if (this.#latencyMs === 0 && flow.held.length === 0) return run()
    const due = performance.now() + this.#latencyMs
    flow.tail = flow.tail.then(async () => {
      const wait = due - performance.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      run()
    })
  }

  #release(flow: Flow): void {
    const held = flow.held.splice(0)
    for (const chunk of held) this.#forward(flow, chunk)
    if (flow.ended) this.#later(flow, () => flow.to.end())
  }
}
