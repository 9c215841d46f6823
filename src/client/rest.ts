// The REST door: one call, its envelope, its refusals and what is tried again.
import type { InputOf, OperationName, OutputOf } from '../protocol/operations.ts'
import { asCurlewError, closed, CurlewError, isUnanswered, type Reason } from './error.ts'
import type { Limits } from './limits.ts'
import type { Clock, Fetch } from './ports.ts'
import { routes } from './routes.ts'
import type { TokenHolder } from './tokens.ts'

export interface CallOptions {
  readonly signal?: AbortSignal
  /** For one try; the default is 15 s. */
  readonly timeoutMs?: number
  /** How often at most; the default is 3. Only what can be repeated safely is. */
  readonly tries?: number
}

interface InnerOptions extends CallOptions {
  /** Not aborted by `close()`: an answer with new tokens must not get lost. */
  readonly outlives?: boolean
}

export interface RestPorts {
  readonly base: string
  readonly fetch: Fetch
  readonly clock: Clock
  readonly random: () => number
  readonly limits: Limits
  readonly locale: string | undefined
  readonly tokens: () => TokenHolder
  /** Aborts when the client closes. */
  readonly closing: AbortSignal
}

/** A request outside of the operations, below the same base. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: NonNullable<RequestInit['body']>
  readonly timeoutMs?: number
}

type Values = Record<string, unknown>

export class Rest {
  readonly #ports: RestPorts

  constructor(ports: RestPorts) {
    this.#ports = ports
  }

  async call<N extends OperationName>(
    name: N,
    input: InputOf<N> | undefined,
    options: InnerOptions = {},
  ): Promise<OutputOf<N>> {
    const route: string = routes[name]
    if (!route) throw new CurlewError({ reason: 'protocol', msg: `Unknown operation ${name}.` })
    const [method = 'GET', path = '', open] = route.split(' ')
    const tokens = this.#ports.tokens()
    const tries = options.tries ?? this.#ports.limits.tries
    let renewed = false
    for (let attempt = 1; ; attempt++) {
      let token: string | undefined
      try {
        token = open ? undefined : await tokens.current()
        const data = await this.#once(method, path, (input ?? {}) as Values, token, options)
        return data as OutputOf<N>
      } catch (thrown) {
        const error = asCurlewError(thrown)
        // 401 is about the token that was shown, and about nothing else.
        if (token && !renewed && error.status === 401) {
          renewed = true
          // Throws when the session is over, and then that is the answer.
          await tokens.renew(token)
          continue
        }
        if (attempt >= tries || !repeatable(name, method, input as Values, error)) throw error
        await this.pause(error, attempt, options.signal)
      }
    }
  }

  /** Once, and once more where the token was at its end. Not aborted by `close()` without a signal. */
  async ask(asked: Asked, signal?: AbortSignal): Promise<{ headers: Headers; data: unknown }> {
    const tokens = this.#ports.tokens()
    const { method, path, body = null, timeoutMs } = asked
    const options = {
      outlives: !signal,
      ...(signal ? { signal } : {}),
      ...(timeoutMs ? { timeoutMs } : {}),
    }
    for (let isFirst = true; ; isFirst = false) {
      const token = await tokens.current()
      const init = { method, body, headers: { ...this.#headers(token), ...asked.headers } }
      try {
        const [response, text] = await this.#exchange(this.#ports.base + path, init, options)
        const isBare = response.ok && text === ''
        return { headers: response.headers, data: isBare ? null : unwrap(response, text) }
      } catch (thrown) {
        if (!token || !isFirst || asCurlewError(thrown).status !== 401) throw thrown
        await tokens.renew(token)
      }
    }
  }

  #headers(token: string | undefined): Record<string, string> {
    const { locale } = this.#ports
    return {
      accept: 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(locale ? { 'accept-language': locale } : {}),
    }
  }

  async #once(
    method: string,
    template: string,
    input: Values,
    token: string | undefined,
    options: InnerOptions,
  ): Promise<unknown> {
    const { path, rest } = place(template, input)
    const headers = this.#headers(token)
    const init: RequestInit = { method, headers }
    let url = this.#ports.base + path
    if (method === 'GET') url += query(rest)
    else if (Object.keys(rest).length > 0) {
      headers['content-type'] = 'application/json'
      init.body = JSON.stringify(rest)
    }
    return unwrap(...(await this.#exchange(url, init, options)))
  }

  async #exchange(
    url: string,
    init: RequestInit,
    options: InnerOptions,
  ): Promise<[response: Response, text: string]> {
    const { fetch, clock, limits } = this.#ports
    const closing = options.outlives ? undefined : this.#ports.closing
    const abort = new AbortController()
    let late = false
    const give = () => abort.abort()
    const stop = clock.after(options.timeoutMs ?? limits.requestMs, () => {
      late = true
      give()
    })
    for (const signal of [options.signal, closing]) {
      if (signal?.aborted) give()
      signal?.addEventListener('abort', give, { once: true })
    }
    try {
      const response = await fetch(url, { ...init, signal: abort.signal })
      return [response, await response.text()]
    } catch (error) {
      if (late)
        throw new CurlewError({ reason: 'timeout', msg: 'No answer in time.', cause: error })
      if (closing?.aborted) throw closed()
      if (options.signal?.aborted) throw new CurlewError({ reason: 'aborted', msg: 'Aborted.' })
      throw asCurlewError(error)
    } finally {
      stop()
      for (const signal of [options.signal, closing]) signal?.removeEventListener('abort', give)
    }
  }

  /** Before the next attempt; throws the error where that is to wait too long, or is not wanted any more. */
  pause(error: CurlewError, attempt: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, random, limits, closing } = this.#ports
    const asked = (error.retryAfter ?? 0) * 1000
    // Asked to stay away for longer than is worth waiting: the caller decides.
    if (asked > limits.retryAfterMaxMs) throw error
    const jitter = random() * Math.min(5_000, 500 * 2 ** (attempt - 1))
    const signals = [closing, signal]
    const isOver = () => signals.some((each) => each?.aborted)
    return new Promise((resolve, reject) => {
      const done = () => {
        stop()
        for (const each of signals) each?.removeEventListener('abort', done)
        if (isOver()) reject(error)
        else resolve()
      }
      const stop = clock.after(asked + jitter, done)
      for (const each of signals) each?.addEventListener('abort', done)
      if (isOver()) done()
    })
  }
}

/**
 * Whether the same request may be made again. After a refusal for the moment: what changes
 * nothing by being done twice. After silence a DELETE is left out, because its second answer
 * ("there is no such thing") would be taken for the outcome of the first.
 */
function repeatable(name: string, method: string, input: Values | undefined, error: CurlewError) {
  const unanswered = isUnanswered(error.reason)
  const forTheMoment = error.status === 503 || error.status === 429
  if (!unanswered && !forTheMoment) return false
  if (method === 'GET' || method === 'PUT') return true
  if (method === 'DELETE') return forTheMoment
  return name.endsWith('.send') && typeof input?.['client_msg_id'] === 'string'
}

/** Fills the parameters of a path; what is left of the input comes back. */
export function place(template: string, input: Values): { path: string; rest: Values } {
  const rest: Values = {}
  for (const [key, value] of Object.entries(input)) if (value !== undefined) rest[key] = value
  const path = template.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = rest[key]
    delete rest[key]
    const text = value === undefined || value === null ? '' : String(value)
    // An empty or dotted segment would name another path.
    if (text === '' || text === '.' || text === '..') {
      throw new CurlewError({ reason: 'refused', code: 4010, msg: `${key} is missing or wrong.` })
    }
    return encodeURIComponent(text)
  })
  return { path, rest }
}

function query(values: Values): string {
  const pairs = Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : String(value)])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

function unwrap(response: Response, text: string): unknown {
  const { status } = response
  let body: { code?: unknown; msg?: unknown; data?: unknown } | null = null
  try {
    body = JSON.parse(text)
  } catch {
    // A proxy's page; the status is all there is.
  }
  const known = typeof body === 'object' && body !== null && typeof body.code === 'number'
  if (known && body?.code === 0 && response.ok) return body.data
  const data = known ? body?.data : null
  throw new CurlewError({
    reason: known ? 'refused' : reasonOf(status),
    code: known ? (body?.code as number) : undefined,
    msg: known && typeof body?.msg === 'string' ? body.msg : `HTTP ${status}`,
    status,
    data,
    retryAfter: retryAfter(response.headers.get('retry-after'), data),
    retryable: status === 429 || status >= 500,
  })
}

/** A proxy that lost the server behind it cannot say whether the request was carried out. */
function reasonOf(status: number): Reason {
  if (status === 502 || status === 504) return 'network'
  return status >= 400 ? 'refused' : 'protocol'
}

function retryAfter(header: string | null, data: unknown): number | undefined {
  const given = (data as { retry_after?: unknown } | null)?.retry_after
  const seconds = typeof given === 'number' ? given : Number(header ?? NaN)
  return seconds >= 0 && seconds < Infinity ? seconds : undefined
}
