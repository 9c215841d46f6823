// Characters as JSON Schema counts them, code points, each of which UTF-16 writes as one unit or two;
// and those that no database holds.

/** Of what a message answers so many are shown at most. */
export const previewMax = 200

/** Most texts need no counting. */
export function longerThan(text: string, max: number): boolean {
  return text.length > max && (text.length > 2 * max || charactersIn(text) > max)
}

export function shorterThan(text: string, min: number): boolean {
  return text.length < 2 * min && charactersIn(text) < min
}

/** Whether a database can hold it as UTF-8: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function charactersIn(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
