// Whether and when to connect again after a close.
import { closes, reconnectsAfter } from '../protocol/closes.ts'

const baseMs = 1_000
const capMs = 30_000

/** Codes by which a node says that it has too much to do. */
const later = new Set<number>([closes.busy.code, closes.tooManyFrames.code])

export type AfterClose =
  | { readonly next: 'stop' }
  /** Not with these credentials; perhaps with refreshed ones. */
  | { readonly next: 'renew' }
  | { readonly next: 'wait'; readonly delayMs: number }

export function afterClose(code: number, attempt: number, random: () => number): AfterClose {
  if (code === closes.unauthenticated.code) return { next: 'renew' }
  if (!reconnectsAfter(code)) return { next: 'stop' }
  return { next: 'wait', delayMs: delay(code, attempt, random) }
}

/**
 * Full jitter: anywhere below a ceiling that doubles from 1 s to 30 s. A restart drops thousands
 * of clients in one moment, so its first ceiling is wider; after "too much" nobody comes at once.
 */
function delay(code: number, attempt: number, random: () => number): number {
  const steps = code === closes.restart.code ? attempt + 2 : attempt
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(steps, 10))
  if (!later.has(code)) return random() * ceiling
  const floor = 5 * baseMs
  return floor + random() * (Math.max(ceiling, 2 * floor) - floor)
}
