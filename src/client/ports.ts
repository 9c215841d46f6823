// What the SDK needs from its surroundings, so that a test can move time and chance.

export interface Clock {
  /** Milliseconds that only grow, whatever happens to the time of day; differences count. */
  now(): number
  /** Runs once; the result stops it. */
  after(milliseconds: number, run: () => void): () => void
}

export const systemClock: Clock = {
  // Not the time of day: a clock put back by an hour would hold everything up for that hour.
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** The time of day, for whoever reads a frame; nothing is measured by it. */
export function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** For what is kept in an order; nothing is measured by it. */
export function unixMilliseconds(): number {
  return Date.now()
}

/** Shaped like localStorage; each method may answer later. */
export interface Storage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}

/** Shaped like `navigator.locks`. */
export interface Locks {
  /** Runs under the name when nobody else does; rejects when the signal comes first. */
  request<T>(
    name: string,
    options: { readonly signal: AbortSignal },
    run: () => Promise<T>,
  ): Promise<T>
}

/** The part of a WebSocket that is used; browsers, Bun, Node 22 and the package `ws` have it. */
export interface WebSocketLike {
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
  addEventListener(type: 'error', listener: () => void): void
  send(text: string): void
  close(code?: number, reason?: string): void
}

// oxlint-disable-next-line typescript/no-explicit-any -- constructors differ in what they accept
export type WebSocketConstructor = new (url: string, protocols?: any) => any

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * A random UUID. `crypto.randomUUID` is missing in pages that are not a secure context, for
 * example a chat on a plain address of the local network.
 */
export function randomUuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
