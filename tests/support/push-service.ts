// A push service and a browser behind it: takes Web Push requests and decrypts them (RFC 8291).
import { createECDH, randomBytes } from 'node:crypto'
import ece from 'http_ece'

export interface Received {
  readonly path: string
  readonly headers: Headers
  readonly payload: Record<string, unknown>
}

/** A status, with headers if need be. */
export type PushReply = number | readonly [status: number, headers: Record<string, string>]

export interface PushService extends AsyncDisposable {
  readonly received: Received[]
  /** What the next requests for a browser are answered with; 201 afterwards. */
  answer(name: string, ...answers: PushReply[]): void
  /** A browser's subscription, as PushSubscription.toJSON() gives it. */
  subscription(name: string): { endpoint: string; keys: { p256dh: string; auth: string } }
}

export function startPushService(): PushService {
  const received: Received[] = []
  const answers = new Map<string, PushReply[]>()
  const browser = createECDH('prime256v1')
  browser.generateKeys()
  const auth = randomBytes(16)
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = Buffer.from(await request.arrayBuffer())
      const clear = ece.decrypt(body, {
        version: 'aes128gcm',
        privateKey: browser,
        authSecret: auth.toString('base64url'),
      })
      const path = new URL(request.url).pathname
      const reply = answers.get(path)?.shift() ?? 201
      const [status, headers] = typeof reply === 'number' ? [reply, {}] : reply
      received.push({
        path,
        headers: request.headers,
        payload: JSON.parse(clear.toString()),
      })
      return new Response(null, { status, headers })
    },
  })
  return {
    received,
    answer: (name, ...replies) => void answers.set(`/push/${name}`, replies),
    subscription: (name) => ({
      endpoint: `http://127.0.0.1:${server.port}/push/${name}`,
      keys: {
        p256dh: browser.getPublicKey().toString('base64url'),
        auth: auth.toString('base64url'),
      },
    }),
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    },
  }
}
