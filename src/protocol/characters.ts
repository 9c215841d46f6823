// Counts characters as JSON Schema does: code points, each of which UTF-16 writes as one unit or two.

/** Most texts need no counting. */
export function longerThan(text: string, max: number): boolean {
  return text.length > max && (text.length > 2 * max || charactersIn(text) > max)
}

export function shorterThan(text: string, min: number): boolean {
  return text.length < 2 * min && charactersIn(text) < min
}

function charactersIn(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
