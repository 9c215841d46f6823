// SVG by hand: bars and lines that read well on white and on black.

export interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface Axis {
  /** Value to pixel. */
  place(value: number): number
  readonly ticks: readonly number[]
}

const style = `
  text { font: 12px system-ui, sans-serif; fill: #6e7781; }
  .title { font-size: 15px; font-weight: 600; fill: #57606a; }
  .small { font-size: 11px; }
  .grid { stroke: #8c959f; stroke-opacity: 0.25; }
  .axis { stroke: #8c959f; stroke-opacity: 0.7; }
  .bare { fill: #8c959f; stroke: #8c959f; }
  .product { fill: #2f81f7; stroke: #2f81f7; }
  .insert { fill: none; stroke: #bf8700; stroke-dasharray: 6 4; }
  .line { fill: none; stroke-width: 1.8; }
  .spread { fill: none; stroke: #57606a; stroke-width: 1.2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; }
    .title { fill: #d1d7e0; }
    .spread { stroke: #d1d7e0; }
  }`

export function svg(width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<style>${style}\n</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

export function text(x: number, y: number, words: string, more = ''): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${fix(x)}" y="${fix(y)}" ${more}>${safe}</text>`
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  const ends = `x1="${fix(x1)}" y1="${fix(y1)}" x2="${fix(x2)}" y2="${fix(y2)}"`
  return `<line ${ends} class="${kind}"/>`
}

export function rect(x: number, y: number, width: number, height: number, kind: string): string {
  return (
    `<rect x="${fix(x)}" y="${fix(y)}" width="${fix(width)}" height="${fix(height)}" rx="2" ` +
    `class="${kind}" stroke="none"/>`
  )
}

export function circle(x: number, y: number, kind: string): string {
  return `<circle cx="${fix(x)}" cy="${fix(y)}" r="3.5" class="${kind}" stroke="none"/>`
}

export function path(points: readonly (readonly [number, number])[], kind: string): string {
  const steps = points.map(([x, y], place) => `${place ? 'L' : 'M'}${fix(x)} ${fix(y)}`)
  return `<path d="${steps.join('')}" class="line ${kind}" style="fill:none"/>`
}

function fix(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** From 0 up to a round number above the largest value. */
export function linear(frame: Frame, largest: number): Axis {
  const rough = Math.max(largest, 1e-9) / 5
  const unit = 10 ** Math.floor(Math.log10(rough))
  const step = unit * ([1, 2, 2.5, 5, 10].find((factor) => factor * unit >= rough) ?? 10)
  const top = Math.ceil(largest / step) * step
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, place) => place * step)
  return { ticks, place: (value) => frame.top + frame.height * (1 - value / top) }
}

/** Powers of ten around the values: for times that lie far apart. */
export function logarithmic(frame: Frame, values: readonly number[]): Axis {
  const known = values.filter((value) => value > 0)
  const low = Math.floor(Math.log10(Math.min(...known)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...known))))
  const ticks = Array.from({ length: high - low + 1 }, (_, place) => 10 ** (low + place))
  const share = (value: number) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)
  return { ticks, place: (value) => frame.top + frame.height * (1 - share(value)) }
}

export function grid(frame: Frame, axis: Axis, label: (value: number) => string): string[] {
  return axis.ticks.flatMap((tick) => [
    line(frame.left, axis.place(tick), frame.left + frame.width, axis.place(tick), 'grid'),
    text(frame.left - 6, axis.place(tick) + 4, label(tick), 'text-anchor="end" class="small"'),
  ])
}
