// What counts as one emoji.

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
