// Which part of a file a request wants, and whether it has it already (RFC 9110).

export interface Span {
  readonly start: number
  /** Inclusive. */
  readonly end: number
}

/**
 * The one range that is asked for; null where all of it is sent: nothing was asked, what was asked is no
 * range of bytes, or several, which nobody has to serve; `outside` where none of it is there.
 */
export function spanOf(header: string | null, size: number): Span | 'outside' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'outside' : { start: size - length, end: size - 1 }
  }
  const [start, end] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)]
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'outside' : { start, end }
}

/** Whether a list of tags names this one; compared weakly, as a GET may. */
export function names(header: string | null, etag: string): boolean {
  if (header === null) return false
  const tags = header.split(',').map((each) => each.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}
