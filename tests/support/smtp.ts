// A mail server in a process of its own: it can refuse, hang, drop the line, be killed and return.
import { join } from 'node:path'
import PostalMime, { type Email } from 'postal-mime'
import { freePort } from '../../src/local/ports.ts'
import { eventually } from './eventually.ts'

/** `{to}` in a reply stands for the address. */
export type Mood =
  | { readonly does: 'take' }
  | { readonly does: 'refuse'; readonly at: 'from' | 'rcpt' | 'data'; readonly reply: string }
  | { readonly does: 'hang'; readonly at: 'greeting' | 'starttls' | 'data' }
  | { readonly does: 'drop' }

export type SmtpNews =
  | { readonly news: 'listening'; readonly port: number }
  | { readonly news: 'mood'; readonly does: Mood['does'] }
  | { readonly news: 'connected' | 'closed'; readonly open: number }
  | { readonly news: 'asked'; readonly to: string }
  | {
      readonly news: 'mail'
      readonly from: string
      readonly to: readonly string[]
      readonly raw: string
    }

export interface Arrived extends Email {
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly raw: string
}

export class SmtpProcess implements AsyncDisposable {
  readonly news: SmtpNews[] = []
  #child: Bun.Subprocess<'pipe', 'pipe', 'inherit'> | null = null

  private constructor(readonly port: number) {}

  static async start(): Promise<SmtpProcess> {
    const server = new SmtpProcess(await freePort())
    await server.restart()
    return server
  }

  /** On the same port; what came before is remembered. */
  async restart(): Promise<void> {
    const program = join(import.meta.dir, 'smtp-server.ts')
    const child = Bun.spawn([process.execPath, program, String(this.port)], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    })
    this.#child = child
    const before = this.#count('listening')
    void this.#read(child.stdout)
    await eventually(() => this.#count('listening') > before, { what: 'a mail server' })
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#child?.exited
  }

  async feels(mood: Mood): Promise<void> {
    const before = this.#count('mood')
    this.#child?.stdin.write(`${JSON.stringify(mood)}\n`)
    this.#child?.stdin.flush()
    await eventually(() => this.#count('mood') > before, { what: 'a change of mood' })
  }

  /** How often somebody wanted to mail to this address. */
  askedFor(address: string): number {
    return this.news.filter((each) => each.news === 'asked' && each.to === address).length
  }

  get connections(): number {
    return this.#count('connected')
  }

  /** Connections open at this moment. */
  get open(): number {
    const last = this.news.findLast((each) => each.news === 'connected' || each.news === 'closed')
    return last && 'open' in last ? last.open : 0
  }

  async mailsTo(address: string): Promise<Arrived[]> {
    const found = this.news.filter((each) => each.news === 'mail' && each.to.includes(address))
    return Promise.all(
      found.map(async (each) => {
        const { from, to, raw } = each as Extract<SmtpNews, { news: 'mail' }>
        const bytes = Buffer.from(raw, 'base64')
        const parsed = await PostalMime.parse(bytes)
        return { ...parsed, envelope: { from, to }, raw: bytes.toString('latin1') }
      }),
    )
  }

  async mailTo(address: string, nth = 1): Promise<Arrived> {
    return eventually(async () => (await this.mailsTo(address))[nth - 1], {
      what: `mail ${nth} to ${address}`,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #count(news: SmtpNews['news']): number {
    return this.news.filter((each) => each.news === news).length
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.news.push(JSON.parse(line) as SmtpNews)
    }
  }
}
