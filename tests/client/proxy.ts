// A TCP line between client and server that a test can cut or let fall silent.
import { connect, createServer, type Socket } from 'node:net'

export interface Proxy extends AsyncDisposable {
  readonly port: number
  /** Lines open now. */
  readonly lines: number
  /** Bytes that came from the clients so far. */
  readonly bytesUp: number
  /** Resets every line; new ones are let through. */
  cut(): void
  /** Refuses new lines from now on, or no longer. */
  refuse(on: boolean): void
  /** Carries nothing either way but keeps the lines: half open. */
  silence(on: boolean): void
}

/** `target`: a port, or whatever says which for the next line, as a balancer does. */
export async function startProxy(target: number | (() => number)): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let refusing = false
  let silent = false
  let bytesUp = 0
  const server = createServer((near) => {
    if (refusing) {
      near.resetAndDestroy()
      return
    }
    const far = connect(typeof target === 'number' ? target : target(), '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    near.on('data', (chunk) => {
      bytesUp += chunk.length
      if (!silent) far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (!silent) near.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get lines() {
      return pairs.size
    },
    get bytesUp() {
      return bytesUp
    },
    cut,
    refuse: (on) => void (refusing = on),
    silence: (on) => void (silent = on),
    [Symbol.asyncDispose]: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
