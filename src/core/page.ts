// Pagination by opaque cursors: a position wrapped so that clients cannot lean on its inside.
import { invalid } from './failure.ts'

/** Encodes a position of numbers and strings. */
export function encodeCursor(position: readonly (number | string)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** The position, or `validation` when the text is not one of ours of that length. */
export function decodeCursor(cursor: string, length: number): (number | string)[] {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(position) && position.length === length && position.every(isScalar)) {
      return position as (number | string)[]
    }
  } catch {
    // Falls through: any broken text is the same refusal.
  }
  throw invalid('cursor', 'pattern')
}

/** A position of whole numbers alone; text in their place would reach the database as NaN. */
export function decodeNumbers(cursor: string, length: number): number[] {
  const numbers = decodeCursor(cursor, length).map(Number)
  if (numbers.every(Number.isSafeInteger)) return numbers
  throw invalid('cursor', 'pattern')
}

/** Later than any time we write, and still one that a database can read. */
export const endOfTime = new Date('9999-12-31T00:00:00Z')

/** A time out of a cursor, which may hold any number. */
export function timeOf(unixMs: unknown): Date {
  const isTime = typeof unixMs === 'number' && unixMs >= 0 && unixMs <= endOfTime.getTime()
  if (!isTime) throw invalid('cursor', 'pattern')
  return new Date(unixMs)
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value))
}
