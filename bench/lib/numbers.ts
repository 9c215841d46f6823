// Medians, spreads and straight lines.

export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right)
  const half = sorted.length >> 1
  const upper = sorted[half]!
  const middle = sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2
  return { median: middle, low: sorted[0]!, high: sorted.at(-1)! }
}

export function median(values: readonly number[]): number {
  return spread(values).median
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

export interface Line {
  readonly slope: number
  readonly start: number
  /** Half the width of the slope's 95 % interval. */
  readonly margin: number
}

/**
 * Least squares. Neighbouring samples of a process's memory resemble each other, which makes the
 * textbook interval too narrow: the number of samples is reduced by their lag-1 correlation.
 */
export function fitLine(xs: readonly number[], ys: readonly number[]): Line {
  const meanX = mean(xs)
  const meanY = mean(ys)
  let spreadX = 0
  let product = 0
  for (const [place, x] of xs.entries()) {
    spreadX += (x - meanX) ** 2
    product += (x - meanX) * (ys[place]! - meanY)
  }
  const slope = spreadX === 0 ? 0 : product / spreadX
  const start = meanY - slope * meanX
  const misses = xs.map((x, place) => ys[place]! - start - slope * x)
  const squares = misses.reduce((sum, miss) => sum + miss * miss, 0)
  const neighbours = misses.slice(1).reduce((sum, miss, place) => sum + miss * misses[place]!, 0)
  const likeness = squares === 0 ? 0 : Math.max(0, Math.min(0.99, neighbours / squares))
  const samples = (xs.length * (1 - likeness)) / (1 + likeness)
  const error = Math.sqrt(squares / Math.max(1, samples - 2) / Math.max(spreadX, 1e-9))
  return { slope, start, margin: 1.96 * error }
}

/** 1234.5 → '1,235'; small numbers keep two digits that matter. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  const digits = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
