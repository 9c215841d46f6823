// Turns signals into one wish to stop, and a second wish into force.

/**
 * One Ctrl-C arrives up to three times (the terminal signals the whole group, npm forwards it, and
 * so does our launcher), so what follows at once is the same wish.
 */
const sameWishMs = 700
const parentCheckMs = 500

export type StopRequest = {
  signal: AbortSignal
  stop: () => void
  onForce: (action: () => void) => void
}

export function listenForStop(): StopRequest {
  const controller = new AbortController()
  const forced: (() => void)[] = []
  let first = 0
  const wish = () => {
    if (!first) {
      first = performance.now()
      controller.abort()
    } else if (performance.now() - first > sameWishMs) for (const action of forced) action()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, wish)
  // A closed terminal must not kill us before the servers are stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  watchParent(() => controller.abort())
  return {
    signal: controller.signal,
    stop: () => controller.abort(),
    onForce: (action) => void forced.push(action),
  }
}

/** Our launcher may be killed without a word: then nobody could stop us any more. */
function watchParent(onGone: () => void) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, parentCheckMs)
  timer.unref()
}

export function whenAborted(signal: AbortSignal) {
  if (signal.aborted) return Promise.resolve()
  return new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
}

/** Sleeps, or wakes early when told to stop. */
export function sleepUntil(ms: number, signal: AbortSignal) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  return Promise.race([promise, whenAborted(signal)]).finally(() => clearTimeout(timer))
}
