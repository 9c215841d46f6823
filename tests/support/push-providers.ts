// The providers that take notifications to phones, as their documents say: they check who asks and what
// is asked, and answer as they are told. What is wrong with a request stands in `wrong`.
import { generateKeyPairSync } from 'node:crypto'
import { certificate, key } from './push-certificate.ts'
import type { PhoneKind } from '../../src/infra/push.ts'
import { checks, grants, type Asking, type Secrets } from './push-checks.ts'

export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export interface Taken {
  readonly kind: PhoneKind
  /** Of the phone. */
  readonly token: string
  readonly path: string
  readonly headers: Headers
  /** The message as it was understood. */
  readonly message: Record<string, unknown>
  /** What the phone shows. */
  readonly shown: readonly [title: unknown, body: unknown]
  readonly bytes: number
}

const successes: Readonly<Record<PhoneKind, unknown>> = {
  fcm: { name: 'projects/curlew/messages/1' },
  apns: '',
  huawei: { code: '80000000', msg: 'Success', requestId: '1' },
  xiaomi: { result: 'ok', code: 0, data: { id: '1' } },
  oppo: { code: 0, message: 'Success', data: { messageId: '1' } },
  vivo: { result: 0, desc: '请求成功', taskId: '1' },
  honor: { code: 200, message: 'success', data: { sendResult: true, requestId: '1' } },
}

/** How each says that an access token is good no more. */
const stale: Readonly<Record<PhoneKind, Reply>> = {
  fcm: { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED' } } },
  apns: { status: 403, body: { reason: 'ExpiredProviderToken' } },
  huawei: { status: 401, body: { code: '80200003', msg: 'token expired' } },
  xiaomi: { body: { result: 'error', code: 21301 } },
  oppo: { body: { code: 11, message: 'Invalid AuthToken' } },
  vivo: { body: { result: 10000, desc: '权限认证失败' } },
  honor: { status: 401, body: { code: 80200003, message: 'token expired' } },
}

export class PushProviders implements AsyncDisposable {
  readonly taken: Taken[] = []
  readonly wrong: string[] = []
  readonly #replies = new Map<string, Reply[]>()
  /** Access tokens by kind: how many were given, the last one good. */
  readonly #given = new Map<string, number>()
  readonly #secrets: Secrets
  readonly #servers: ReturnType<typeof Bun.serve>[]
  /** Of requests for messages by kind, refused ones included. */
  readonly asked = new Map<PhoneKind, number>()

  constructor(private readonly isSecure = true) {
    const pem = { type: 'pkcs8', format: 'pem' } as const
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#secrets = {
      fcm: { public: rsa.publicKey, private: rsa.privateKey.export(pem) as string },
      apns: { public: ec.publicKey, private: ec.privateKey.export(pem) as string },
    }
    const tls = { key, cert: certificate }
    const common = { port: 0, hostname: '127.0.0.1', fetch: (each: Request) => this.#answer(each) }
    // Apple speaks HTTP/2 and nothing else.
    const apple = Bun.serve({ ...common, tls, http2: true, http1: false })
    this.#servers = [Bun.serve({ ...common, ...(isSecure ? { tls } : {}) }), apple]
  }

  /** What their certificates are from. */
  get ca(): string {
    return certificate
  }

  /** What the next requests to a provider are answered with; success afterwards. */
  answer(kind: PhoneKind, ...replies: Reply[]): void {
    this.#replies.set(kind, replies)
  }

  /** The same of requests for access. */
  answerGrant(kind: PhoneKind, ...replies: Reply[]): void {
    this.#replies.set(`${kind} access`, replies)
  }

  /** Access that was given is good no more. */
  expire(kind: PhoneKind): void {
    this.#given.set(kind, this.grantsOf(kind) + 1)
  }

  grantsOf(kind: PhoneKind): number {
    return this.#given.get(kind) ?? 0
  }

  askedOf(kind: PhoneKind): number {
    return this.asked.get(kind) ?? 0
  }

  /** Settings that lead here. */
  get env(): Record<string, string> {
    const [most, apple] = this.#servers.map(({ port }) => port)
    const base = `${this.isSecure ? 'https' : 'http'}://127.0.0.1:${most}`
    const account = {
      project_id: 'curlew',
      client_email: 'push@curlew.example',
      private_key: this.#secrets.fcm.private,
      private_key_id: 'fcm-key',
      token_uri: `${base}/fcm/token`,
    }
    return {
      FCM_SERVICE_ACCOUNT: JSON.stringify(account),
      FCM_URL: `${base}/fcm`,
      APNS_KEY: this.#secrets.apns.private,
      APNS_KEY_ID: 'ABCDE12345',
      APNS_TEAM_ID: 'TEAM123456',
      APNS_TOPICS: 'com.example.chat, com.example.other',
      APNS_URL: `https://127.0.0.1:${apple}/apns`,
      APNS_SANDBOX_URL: `https://127.0.0.1:${apple}/apns/sandbox`,
      HUAWEI_APP_ID: '104',
      HUAWEI_APP_SECRET: 'secret of huawei',
      HUAWEI_URL: `${base}/huawei`,
      HUAWEI_AUTH_URL: `${base}/huawei/token`,
      XIAOMI_APP_SECRET: 'secret-of-xiaomi',
      XIAOMI_PACKAGE: 'com.example.chat',
      XIAOMI_CHANNEL: 'channel-1',
      XIAOMI_URL: `${base}/xiaomi`,
      OPPO_APP_KEY: 'oppo-key',
      OPPO_MASTER_SECRET: 'secret of oppo',
      OPPO_CHANNEL: 'channel-2',
      OPPO_URL: `${base}/oppo`,
      VIVO_APP_ID: '10004',
      VIVO_APP_KEY: 'vivo-key',
      VIVO_APP_SECRET: 'secret of vivo',
      VIVO_URL: `${base}/vivo`,
      HONOR_APP_ID: '900',
      HONOR_CLIENT_ID: 'honor-client',
      HONOR_CLIENT_SECRET: 'secret of honor',
      HONOR_URL: `${base}/honor`,
      HONOR_AUTH_URL: `${base}/honor/token`,
    }
  }

  async #answer(request: Request): Promise<Response> {
    const [, kind, path] = /^\/(\w+)(\/.*)$/.exec(new URL(request.url).pathname) as unknown as [
      string,
      PhoneKind,
      string,
    ]
    const body = await request.text()
    const asking: Asking = { path, headers: request.headers, body, secrets: this.#secrets }
    const wrongs = (what: readonly string[]) => {
      this.wrong.push(...what.map((each) => `${kind}: ${each}`))
    }
    if (request.method !== 'POST') wrongs([`is asked by ${request.method}`])
    const grant = grants[kind]
    if (grant && path === grant.path) {
      wrongs(await grant.wrong(asking))
      const reply = this.#replies.get(`${kind} access`)?.shift()
      if (reply) return respond(reply)
      this.expire(kind)
      return respond({ body: grant.given(`${kind}-access-${this.grantsOf(kind)}`) })
    }
    this.asked.set(kind, this.askedOf(kind) + 1)
    const check = checks[kind]
    const access = check.access(asking)
    if (grant && access !== `${kind}-access-${this.grantsOf(kind)}`) return respond(stale[kind])
    const { token, message, shown, wrong } = await check.read(asking)
    wrongs(wrong)
    const bytes = Buffer.byteLength(body)
    const reply = this.#replies.get(kind)?.shift() ?? { body: successes[kind] }
    this.taken.push({ kind, token, path, headers: request.headers, message, shown, bytes })
    return respond(reply)
  }

  async [Symbol.asyncDispose]() {
    await Promise.all(this.#servers.map((server) => server.stop(true)))
  }
}

function respond({ status = 200, body = '', headers }: Reply): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Response(text, { status, ...(headers ? { headers } : {}) })
}
