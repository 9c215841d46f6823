// Processes the suite starts: their logs, their words, their end.
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const stopMs = 15_000
const running = new Set<Child>()
// Whatever way this process ends, nothing it started stays behind.
process.on('exit', () => {
  for (const child of running) child.kill()
})

export interface ChildOptions {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** Where its log goes. */
  readonly logs: string
  /** Given to it on stdin; without it stdin stays open for `tell`. */
  readonly input?: string
  /** Whether this process reads its stdout; otherwise it goes to the log. */
  readonly listen?: boolean
}

export class Child {
  readonly name: string
  readonly #log: string
  readonly #process: Bun.Subprocess

  constructor(options: ChildOptions) {
    mkdirSync(options.logs, { recursive: true })
    this.name = options.name
    this.#log = join(options.logs, `${options.name}.log`)
    const log = openSync(this.#log, 'a')
    this.#process = Bun.spawn([...options.command], {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdin: options.input === undefined ? 'pipe' : Buffer.from(options.input),
      stdout: options.listen ? 'pipe' : log,
      stderr: log,
    })
    closeSync(log)
    running.add(this)
    void this.#process.exited.then(() => running.delete(this))
  }

  get pid(): number {
    return this.#process.pid
  }

  get ended(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** The lines it says, until it ends; an unhappy end throws with the last of its log. */
  async *lines(): AsyncGenerator<string> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of this.#process.stdout as ReadableStream<Uint8Array>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop()!
      yield* lines
    }
    if (rest) yield rest
    if ((await this.#process.exited) !== 0) throw new Error(this.lastWords())
  }

  tell(line: string) {
    const stdin = this.#process.stdin as Bun.FileSink
    stdin.write(`${line}\n`)
    void stdin.flush()
  }

  lastWords(): string {
    const tail = readFileSync(this.#log, 'utf8').trim().split('\n').slice(-12).join('\n')
    return `${this.name} ended with ${this.#process.exitCode ?? this.#process.signalCode}:\n${tail}`
  }

  kill() {
    if (!this.ended) this.#process.kill('SIGKILL')
  }

  async stop() {
    if (this.ended) return
    this.#process.kill('SIGTERM')
    const late = setTimeout(() => this.kill(), stopMs)
    await this.#process.exited
    clearTimeout(late)
  }
}

/** Runs a command to its end and answers what it said. */
export async function runToEnd(options: ChildOptions): Promise<string[]> {
  const child = new Child({ ...options, listen: true, input: options.input ?? '' })
  const said: string[] = []
  for await (const line of child.lines()) said.push(line)
  return said
}

/** A port nobody listens on at this moment. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}

/** Resolves when the address answers with anything at all. */
export async function answering(child: Child, url: string, good: (status: number) => boolean) {
  for (let tries = 0; tries < 300; tries++) {
    if (child.ended) throw new Error(child.lastWords())
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status > 0 && good(status)) return
    await Bun.sleep(100)
  }
  throw new Error(`${child.name} does not answer at ${url}`)
}
