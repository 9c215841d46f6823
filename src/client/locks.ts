// One at a time: among all tabs of an origin where the browser has locks, else in this process.
import type { Clock, Locks } from './ports.ts'

/** Shaped like `navigator.locks`, for runtimes and pages that have none. */
export class ProcessLocks implements Locks {
  readonly #last = new Map<string, Promise<void>>()

  async request<T>(
    name: string,
    options: { readonly signal: AbortSignal },
    run: () => Promise<T>,
  ): Promise<T> {
    const before = this.#last.get(name)
    let release = () => {}
    const mine = new Promise<void>((resolve) => (release = resolve))
    // Whoever gives up waiting must not let the next one in before its time.
    const over = before ? before.then(() => mine) : mine
    this.#last.set(name, over)
    try {
      if (before) await Promise.race([before, aborted(options.signal)])
      return await run()
    } finally {
      release()
      void over.then(() => {
        if (this.#last.get(name) === over) this.#last.delete(name)
      })
    }
  }
}

/** Rejects once it is. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new Error('aborted'))
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
  })
}

const here = new ProcessLocks()

/** In a page without TLS there are no locks between tabs. */
export function locksOfRuntime(): Locks {
  return (globalThis.navigator as { locks?: Locks } | undefined)?.locks ?? here
}

/**
 * Runs alone under this name. Whoever waited in vain runs nevertheless: the lock spares the server
 * a question, and a tab that was stopped in the middle must not stop the others.
 */
export async function alone<T>(
  { locks, clock, waitMs }: { locks: Locks; clock: Clock; waitMs: number },
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  const patience = new AbortController()
  const stop = clock.after(waitMs, () => patience.abort())
  let begun = false
  try {
    return await locks.request(name, { signal: patience.signal }, () => {
      begun = true
      stop()
      return run()
    })
  } catch (error) {
    if (begun) throw error
    return await run()
  } finally {
    stop()
  }
}
