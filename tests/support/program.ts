// One process of ours that a test may kill, behind links of its own that can be broken.
import { appendFileSync, readFileSync } from 'node:fs'
import { Child, signalLiving, type Exit } from '../../src/local/child.ts'
import { rootDir } from '../../src/local/paths.ts'
import { eventually } from './eventually.ts'
import type { Proxy } from './proxy.ts'

/** Nothing of a test run may outlive it, however it ends. */
process.on('exit', () => signalLiving('SIGKILL'))

/** Where programs are, and with which compilers all processes of a run do. */
const handedOn = Object.fromEntries(
  ['PATH', 'HOME', 'BUN_JSC_useFTLJIT'].map((name) => [name, process.env[name]]),
)

export class Program {
  /** What it has said since its last start. */
  said = ''
  #child: Child | null = null

  constructor(
    readonly name: string,
    private readonly args: readonly string[],
    private readonly log: string,
    private readonly env: Record<string, string>,
    private readonly ready: (program: Program) => boolean | Promise<boolean>,
    readonly links: { readonly postgres: Proxy; readonly redis: Proxy },
  ) {}

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get alive(): boolean {
    return this.#child !== null && this.#child.exit === undefined
  }

  get url(): string {
    return `http://127.0.0.1:${this.env['PORT']}`
  }

  async start(): Promise<void> {
    this.said = ''
    const child = new Child({
      command: process.execPath,
      args: this.args,
      cwd: rootDir,
      env: { ...handedOn, ...this.env },
      onLine: (line) => {
        this.said += `${line}\n`
        appendFileSync(this.log, `${line}\n`)
      },
    })
    this.#child = child
    await eventually(
      () => {
        if (child.exit) throw new Error(`${this.name} ended: ${child.tail().join('\n')}`)
        return this.ready(this)
      },
      { what: `${this.name} ready`, within: 30_000 },
    )
  }

  signal(name: NodeJS.Signals): void {
    if (!this.#child || this.#child.exit) throw new Error(`${this.name} does not run`)
    this.#child.signal(name)
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.exited()
  }

  async exited(): Promise<Exit> {
    if (!this.#child) throw new Error(`${this.name} was never started`)
    return this.#child.exited
  }

  async restart(): Promise<void> {
    if (this.alive) throw new Error(`${this.name} still runs`)
    await this.start()
  }

  /** Resident memory in bytes. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A stopped process does not hear SIGTERM; the tests of the drain ask for it themselves.
    this.#child?.signal('SIGKILL')
    await this.#child?.exited
  }
}
