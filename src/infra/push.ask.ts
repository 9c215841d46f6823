// One request to a push provider: with a deadline, to the address that was set and no other, and an
// answer no longer than answers are.
import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { limits } from './limits.ts'

/** What a provider is reached by. */
export interface Line {
  readonly clock: Clock
  readonly log: Log
  /** The authority its certificate is from, where that is none of the system's. */
  readonly ca?: string | undefined
}

export interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isHttp2?: boolean
}

export interface Heard {
  readonly status: number
  /** Null when it is none, or longer than answers are. */
  readonly json: unknown
  /** Retry-After, or 0. */
  readonly waitSeconds: number
}

export async function ask(
  line: Line,
  { url, headers, body, isHttp2 }: Asked,
): Promise<Heard | 'timeout' | 'unreachable'> {
  const late = new AbortController()
  const timer = line.clock.after(limits.phones.timeoutMs, () => late.abort())
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers },
      body,
      redirect: 'manual',
      signal: late.signal,
      ...(isHttp2 ? { protocol: 'http2' } : {}),
      ...(line.ca === undefined ? {} : { tls: { ca: line.ca } }),
    } as RequestInit)
    const { status } = response
    const waitSeconds = secondsIn(response.headers.get('retry-after'), line.clock.now())
    return { status, json: jsonIn(await shortText(response)), waitSeconds }
  } catch (err) {
    line.log.debug({ err }, 'a push provider did not answer')
    return late.signal.aborted ? 'timeout' : 'unreachable'
  } finally {
    timer.stop()
  }
}

/** The rest of a long answer is not waited for. */
async function shortText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > limits.phones.answerBytesMax) return ''
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Retry-After in either of its forms (RFC 9110 section 10.2.3); 0 for none and for nonsense. */
export function secondsIn(header: string | null, now: Date): number {
  if (header === null) return 0
  if (/^\d{1,10}$/.test(header)) return Number(header)
  const until = Date.parse(header)
  return Number.isNaN(until) ? 0 : Math.max(0, Math.ceil((until - now.getTime()) / 1000))
}

/** A field of an answer, however it is built; undefined where there is none. */
export function fieldOf(json: unknown, ...path: string[]): unknown {
  let value = json
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  }
  return value
}

/** A code in an answer, as text; null where there is none. */
export function wordOf(json: unknown, ...path: string[]): string | null {
  const value = fieldOf(json, ...path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** A code as others may read it: what is no code is not repeated. */
export function quotable(code: string | null): string | null {
  return code !== null && /^[\w.-]{1,64}$/.test(code) ? code : null
}
