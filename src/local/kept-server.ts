// Keeps a Postgres or Redis of ours there: when it dies it comes back on its port, with its data.
import type { Exit } from './child.ts'
import { wordsOf } from './failure.ts'
import { describeExit } from './keep.ts'
import { sleepUntil } from './stop-request.ts'
import { Tries, triesMax } from './tries.ts'

export type Server = {
  port: number
  exited: Promise<Exit>
  tail: () => string[]
  stop: () => Promise<void>
}

export type KeptServerOptions<S extends Server> = {
  name: string
  /** On the port it had before, or on a free one. */
  start: (port?: number) => Promise<S>
  /** Once somebody wants us to stop, nothing is started again. */
  stopping: AbortSignal
  say: (line: string) => void
  onGivenUp: () => void
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

export class KeptServer<S extends Server> {
  #options: KeptServerOptions<S>
  #server: S
  #tries = new Tries()
  #watching: Promise<void>

  private constructor(options: KeptServerOptions<S>, server: S) {
    this.#options = options
    this.#server = server
    this.#watching = this.#watch()
  }

  /** The first start is the caller's affair, and so is its failure. */
  static async start<S extends Server>(options: KeptServerOptions<S>) {
    return new KeptServer(options, await options.start())
  }

  get server() {
    return this.#server
  }

  /** After the wish to stop. A start under way is awaited, so that nothing is left behind. */
  async stop() {
    await this.#server.stop()
    await this.#watching
    await this.#server.stop()
  }

  async #watch() {
    const { name, say, stopping, onGivenUp } = this.#options
    for (;;) {
      const began = performance.now()
      const exit = await this.#server.exited
      if (stopping.aborted) return
      say(quoting(`${name} ${describeExit(exit)}; it is started again.`, this.#server.tail()))
      const revived = await this.#unsuppress(performance.now() - began)
      if (stopping.aborted) return
      if (!revived) {
        say(`${name} did not stay after ${triesMax} tries: everything stops.`)
        return onGivenUp()
      }
      say(`${name} runs again.`)
    }
  }

  /** Whoever uses it goes on meanwhile: it comes back under the same address. */
  async #unsuppress(livedMs: number) {
    const { name, start, say, stopping, pause = sleepUntil } = this.#options
    let pauseMs = this.#tries.pauseAfter(livedMs)
    for (; pauseMs !== undefined; pauseMs = this.#tries.pauseAfter(0)) {
      await pause(pauseMs, stopping)
      if (stopping.aborted) return false
      try {
        this.#server = await start(this.#server.port)
        return true
      } catch (error) {
        if (!stopping.aborted) say(`${name} could not be started again: ${wordsOf(error)}`)
      }
    }
    return false
  }
}

function quoting(sentence: string, tail: readonly string[]) {
  return [`${sentence} Its last words:`, ...tail.map((line) => `    ${line}`)].join('\n')
}
