// When a server of ours that died is started again, and when we give up.

/** At once, for most deaths are a single one; then ever later. One pause for each try. */
const pausesMs = [0, 1_000, 2_000, 4_000, 8_000]
/** Whatever ran for this long is healthy: its death is a new one. */
const healthyMs = 60_000

export const triesMax = pausesMs.length

export class Tries {
  #made = 0

  /** How long to wait before the next start; undefined when it was tried often enough. */
  pauseAfter(livedMs: number): number | undefined {
    if (livedMs >= healthyMs) this.#made = 0
    return pausesMs[this.#made++]
  }
}
