// Whether a text shows anything to people.

/**
 * Not separators, controls, what Unicode says is shown as nothing (DI), or what it has given to
 * nobody yet, but for the places it keeps for the emoji of tomorrow (ExtPict), which newer devices
 * know. The others are blanks that it counts among symbols, letters and marks, and the stand-in for
 * an object that is elsewhere: no property tells those.
 */
const something =
  /[^\u{16fe4}\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{DI}\u2800\u{13441}\u{13442}\u{1d159}\ufffc]|\p{ExtPict}/u

/** Whether there is anything to see. Most texts answer with their first character. */
export function isVisible(text: string): boolean {
  return something.test(text)
}
