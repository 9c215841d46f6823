// Keeps one of our processes running: when it dies, says so and starts it again, ever more slowly.
import { join } from 'node:path'
import { Child, type Exit } from './child.ts'
import { LogFile } from './log-file.ts'
import { warningIn } from './log-lines.ts'
import { removeRecord, writeRecord } from './records.ts'
import { sleepUntil } from './stop-request.ts'

export type KeepOptions = {
  name: string
  command: readonly string[]
  cwd: string
  env: Record<string, string | undefined>
  logsDir: string
  runDir: string
  say: (line: string) => void
}

const backoffMsMin = 1_000
const backoffMsMax = 30_000
/** After this long it counts as healthy, and the next death starts the backoff anew. */
const healthyMs = 60_000

export function describeExit(exit: Exit) {
  return exit.signal ? `was killed by ${exit.signal}` : `ended with code ${exit.code}`
}

export class Kept {
  #options: KeepOptions
  #log: LogFile
  #record: string
  #child: Child
  #stopping = new AbortController()
  #loop: Promise<void> | undefined

  constructor(options: KeepOptions) {
    this.#options = options
    this.#log = new LogFile(join(options.logsDir, `${options.name}.log`))
    this.#record = join(options.runDir, `${options.name}.json`)
    this.#child = this.#start()
  }

  /** The process as it runs now: until keep() is called its death is the caller's affair. */
  get child() {
    return this.#child
  }

  /** From here on a death is answered with a new start. */
  keep() {
    this.#loop ??= this.#watch()
  }

  async stop() {
    this.#stopping.abort()
    await this.#child.stop('SIGTERM')
    await this.#loop
    removeRecord(this.#record, this.#child.pid)
    this.#log[Symbol.dispose]()
  }

  #start() {
    const { name, command, cwd, env, say } = this.#options
    const [program = '', ...args] = command
    const child = new Child({
      command: program,
      args,
      cwd,
      env,
      tellsReady: true,
      onLine: (line) => {
        this.#log.writeLine(line)
        const warning = warningIn(line)
        if (warning) say(`${name}: ${warning}`)
      },
    })
    writeRecord(this.#record, { name, pid: child.pid })
    return child
  }

  async #watch() {
    const { name, say } = this.#options
    const { signal } = this.#stopping
    let backoffMs = backoffMsMin
    for (;;) {
      const began = performance.now()
      const exit = await this.#child.exited
      if (signal.aborted) return
      if (performance.now() - began > healthyMs) backoffMs = backoffMsMin
      const tail = this.#child.tail().map((line) => `    ${line}`)
      const plan = `it starts again in ${backoffMs / 1000} s`
      say([`${name} ${describeExit(exit)}; ${plan}. Its last words:`, ...tail].join('\n'))
      await sleepUntil(backoffMs, signal)
      if (signal.aborted) return
      backoffMs = Math.min(backoffMs * 2, backoffMsMax)
      this.#child = this.#start()
    }
  }
}
