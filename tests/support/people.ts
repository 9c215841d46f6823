// People as tests speak of them: alice.says(bob, 'hi'), through the real doors.
import type { Message } from '../../src/protocol/messages.ts'
import type { OperationName, OutputOf } from '../../src/protocol/operations.ts'
import { operations } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { Device } from './device.ts'

export interface Answer<T = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly code: number
  readonly msg: string
  readonly data: T
}

/** One REST request as it is; nothing is retried or hidden. */
export async function request<T>(
  base: string,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer<T>> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const { code, msg, data } = (await response.json()) as Answer<T>
  return { status: response.status, headers: response.headers, code, msg, data }
}

/** One operation by its name: path filled in, the rest in query or body. */
export function callOperation<N extends OperationName>(
  base: string,
  name: N,
  input: Record<string, unknown> = {},
  token?: string,
): Promise<Answer<OutputOf<N>>> {
  const operation: Operation = operations[name]
  const rest = { ...input }
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(rest[key])
    delete rest[key]
    return encodeURIComponent(value)
  })
  const query = new URLSearchParams()
  for (const key of Object.keys(operation.query?.properties ?? {})) {
    if (rest[key] !== undefined) query.set(key, String(rest[key]))
    delete rest[key]
  }
  const tail = query.size > 0 ? `?${query}` : ''
  return request(base, operation.method, `/api/v1${path}${tail}`, {
    ...(token === undefined ? {} : { token }),
    ...(operation.body ? { body: rest } : {}),
  })
}

/** Everybody's. */
export const password = 'correct horse battery'
let count = 0

export class Person {
  readonly #devices: Device[] = []

  constructor(
    readonly base: string,
    readonly userId: string,
    readonly email: string,
    public token: string,
    public refreshToken: string,
    readonly sessionId: number,
  ) {}

  static async signUp(base: string, name: string): Promise<Person> {
    const userId = `${name}-${(++count).toString(36)}${Date.now().toString(36)}`.slice(0, 32)
    const email = `${userId}@example.com`
    const input = { email, user_id: userId, nickname: name, password }
    const registered = await callOperation(base, 'accounts.registerWithPassword', input)
    if (registered.code !== 0) throw new Error(`${name} could not sign up: ${registered.msg}`)
    return Person.holding(base, userId, email, registered.data)
  }

  static async signIn(base: string, userId: string, email: string): Promise<Person> {
    const answer = await callOperation(base, 'accounts.loginWithPassword', {
      email: userId,
      password,
    })
    if (answer.code !== 0) throw new Error(`${userId} could not sign in: ${answer.msg}`)
    return Person.holding(base, userId, email, answer.data)
  }

  /** Whoever holds these tokens. */
  static holding(
    base: string,
    userId: string,
    email: string,
    { token, refresh_token: refreshToken }: { token: string; refresh_token: string },
  ): Person {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return new Person(base, userId, email, token, refreshToken, claims.sid)
  }

  /** The same person on another device, maybe at another node. */
  again(base = this.base): Promise<Person> {
    return Person.signIn(base, this.userId, this.email)
  }

  /** Asks and expects to be answered. */
  async does<N extends OperationName>(
    name: N,
    input: Record<string, unknown> = {},
  ): Promise<OutputOf<N>> {
    const answer = await this.tries(name, input)
    if (answer.code !== 0) {
      throw new Error(`${this.userId}: ${name} failed with ${answer.code} ${answer.msg}`)
    }
    return answer.data
  }

  /** Asks, whatever the answer. */
  tries<N extends OperationName>(
    name: N,
    input: Record<string, unknown> = {},
  ): Promise<Answer<OutputOf<N>>> {
    return callOperation(this.base, name, input, this.token)
  }

  says(to: Person, content: string, more: Record<string, unknown> = {}): Promise<Message> {
    const input = { to_user_id: to.userId, message_type: 1, content, ...more }
    return this.does('messages.send', input)
  }

  async befriends(other: Person): Promise<number> {
    const asked = await this.does('friends.sendRequest', { to_user_id: other.userId })
    await other.does('friends.acceptRequest', { request_id: asked.id })
    const { id } = await this.does('conversations.create', { friend_user_id: other.userId })
    return id
  }

  /** Opens a socket and waits for hello. */
  async connects(options: { base?: string; deviceId?: string } = {}): Promise<Device> {
    const device = await Device.open(options.base ?? this.base, this.token, options.deviceId)
    this.#devices.push(device)
    return device
  }

  /** Everything in a conversation, in order, read back in pages. */
  async reads(conversation: number): Promise<Message[]> {
    const all: Message[] = []
    for (let after = 0; ;) {
      const page = await this.does('messages.history', {
        id: conversation,
        after_seq: after,
        limit: 100,
      })
      if (Array.isArray(page)) throw new Error('a cursor was asked for')
      all.push(...page.list)
      if (!page.has_more) return all
      after = Number(page.next_cursor)
    }
  }
}
