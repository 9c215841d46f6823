// Whether and when to reconnect after a close: exponential backoff with jitter.
import { closes, reconnectsAfter } from '../protocol/closes.ts'

const baseMs = 1_000
const capMs = 30_000
/** For the first try after a restart. */
const restartMs = 250

/** Codes by which a node says that it has too much to do. */
const later = new Set<number>([closes.busy.code, closes.tooManyFrames.code])

export type AfterClose =
  | { readonly next: 'stop' }
  /** Not with these credentials; perhaps with refreshed ones. */
  | { readonly next: 'renew' }
  | { readonly next: 'wait'; readonly delayMs: number }

/** `kicked`: the server had said on this line that it is about to close it. */
export function afterClose(
  code: number,
  attempt: number,
  random: () => number,
  kicked: boolean,
): AfterClose {
  if (code === closes.unauthenticated.code) return { next: 'renew' }
  // Proxies say 1000 too, when they are loaded anew or think a line idle. The server says why before.
  const byProxy = code === closes.bye.code && !kicked
  if (!byProxy && !reconnectsAfter(code)) return { next: 'stop' }
  return { next: 'wait', delayMs: delay(code, attempt, random) }
}

/**
 * Full jitter: anywhere below a ceiling that doubles from 1 s to 30 s. A node that restarts has
 * others beside it: the first try is made at once, spread a little because all its clients come.
 * After "too much" nobody comes at once.
 */
function delay(code: number, attempt: number, random: () => number): number {
  if (code === closes.restart.code && attempt === 0) return random() * restartMs
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 10))
  if (!later.has(code)) return random() * ceiling
  const workerProcess = 5 * baseMs
  return workerProcess + random() * (Math.max(ceiling, 2 * workerProcess) - workerProcess)
}
