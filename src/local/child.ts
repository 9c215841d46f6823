// One child process: its lines are kept and handed on, and it can always be stopped.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

export type Exit = { code: number | null; signal: NodeJS.Signals | null }
export type ChildOptions = {
  command: string
  args: readonly string[]
  cwd?: string
  env?: Record<string, string | undefined>
  stdin?: string
  /** It says `ready` over a channel of its own, as under pm2's wait_ready. */
  tellsReady?: boolean
  onLine?: (line: string) => void
}

const tailLines = 40
const pipeGraceMs = 300
const living = new Set<Child>()

export class Child {
  readonly pid: number
  readonly exited: Promise<Exit>
  exit: Exit | undefined
  /** It has said so. */
  isReady = false
  #process: ChildProcess
  #tail: string[] = []

  constructor(options: ChildOptions) {
    // A process group of its own: Ctrl-C in the terminal must reach us alone, we stop in order.
    this.#process = spawn(options.command, options.args, {
      detached: true,
      stdio: [
        options.stdin === undefined ? 'ignore' : 'pipe',
        'pipe',
        'pipe',
        ...(options.tellsReady ? (['ipc'] as const) : []),
      ],
      cwd: options.cwd,
      env: options.env ?? process.env,
    })
    const failed = new Promise<Exit>((resolve) =>
      this.#process.once('error', (error) => {
        this.#keep(String(error.message))
        resolve({ code: 127, signal: null })
      }),
    )
    this.pid = this.#process.pid ?? 0
    this.#process.on('message', (said) => {
      if (said === 'ready') this.isReady = true
    })
    const streams = [this.#process.stdout, this.#process.stderr].filter((stream) => stream !== null)
    const drained = Promise.all(streams.map((stream) => this.#read(stream, options.onLine)))
    const ended = new Promise<Exit>((resolve) =>
      this.#process.once('exit', async (code, signal) => {
        // Its last words count, but a grandchild that holds the pipe open must not keep us.
        await Promise.race([drained, Bun.sleep(pipeGraceMs)])
        resolve({ code, signal })
      }),
    )
    this.exited = Promise.race([failed, ended]).then((exit) => {
      living.delete(this)
      this.exit = exit
      return exit
    })
    living.add(this)
    if (options.stdin !== undefined) {
      this.#process.stdin?.on('error', () => {})
      this.#process.stdin?.end(options.stdin)
    }
  }

  /** The last lines it said. */
  tail(count = 12) {
    return this.#tail.slice(-count)
  }

  signal(name: NodeJS.Signals) {
    if (this.exit || !this.pid) return
    try {
      process.kill(this.pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** Its whole group, for programs that start others and are not asked to end well. */
  signalGroup(name: NodeJS.Signals) {
    if (!this.pid) return
    try {
      process.kill(-this.pid, name)
    } catch {
      this.signal(name)
    }
  }

  /** Asks it to end and, when the time is over, ends it. A second call may be harder. */
  async stop(name: NodeJS.Signals = 'SIGTERM', graceMs = 15_000): Promise<Exit> {
    if (this.exit) return this.exit
    this.signal(name)
    const timer = setTimeout(() => this.signalGroup('SIGKILL'), graceMs)
    const exit = await this.exited
    clearTimeout(timer)
    return exit
  }

  #keep(line: string) {
    this.#tail.push(line)
    if (this.#tail.length > tailLines) this.#tail.shift()
  }

  #read(stream: Readable, onLine: ((line: string) => void) | undefined) {
    const lines = createInterface({ input: stream })
    lines.on('line', (line) => {
      this.#keep(line)
      onLine?.(line)
    })
    return new Promise<void>((resolve) => lines.once('close', () => resolve()))
  }
}

/** Runs a command to its end. */
export async function run(options: ChildOptions) {
  const child = new Child(options)
  const { code } = await child.exited
  return { ok: code === 0, code, tail: child.tail(), text: child.tail(tailLines).join('\n') }
}

/** For the way out: nothing of ours may outlive us. */
export function signalLiving(name: NodeJS.Signals) {
  for (const child of living) child.signalGroup(name)
}
