// How a text looks to people: whether there is anything to see, and where it may be cut.

/**
 * Not separators, controls, or what Unicode says is shown as nothing. The last five are blanks that
 * it counts among symbols, letters and marks: no property tells those from others.
 */
const something =
  /[^\s\p{Z}\p{Cc}\p{Cf}\p{Cs}\u{16fe4}\p{Default_Ignorable_Code_Point}\u2800\u{13441}\u{13442}\u{1d159}]/u

/** Whether there is anything to see. Most texts answer with their first character. */
export function isVisible(text: string): boolean {
  return something.test(text)
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The beginning of a text up to so many code points, in whole characters as people see them: a
 * family of emoji or an accented letter is there or is not, and never half of it.
 */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  let [count, end] = [0, 0]
  for (const { index, segment } of graphemes.segment(text)) {
    count += [...segment].length
    if (count > charactersMax) break
    end = index + segment.length
  }
  return text.slice(0, end)
}
