// What counts as one emoji, and how many of each a message has. Pure.

/** How many there are of each, in the order in which they were first used. */
export type Tally = readonly (readonly [emoji: string, count: number])[]

const one = /^\p{RGI_Emoji}$/v
/** Those that show as text unless U+FE0F follows, which some keyboards leave out. */
const plain = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu

/**
 * One emoji as Unicode recommends it for interchange (UTS #51, RGI), fully qualified, so that one sent with
 * and one sent without U+FE0F are the same; null for anything else.
 */
export function emojiOf(text: string): string | null {
  const qualified = text.replaceAll('\u{FE0F}', '').replaceAll(plain, '$&\u{FE0F}')
  return [qualified, text].find((each) => one.test(each)) ?? null
}

export function added(tally: Tally, emoji: string): Tally {
  const isKnown = tally.some(([each]) => each === emoji)
  if (!isKnown) return [...tally, [emoji, 1]]
  return tally.map(([each, count]) => [each, each === emoji ? count + 1 : count])
}

export function removed(tally: Tally, emoji: string): Tally {
  return tally.flatMap(([each, count]) => {
    if (each !== emoji) return [[each, count] as const]
    return count > 1 ? [[each, count - 1] as const] : []
  })
}
