// Where a text may be cut so that people see whole characters.

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
