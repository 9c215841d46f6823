// One form for characters that are written in two ways, the traditional and the simplified one.
import traditional from 'opencc-js/dict/TSCharacters'

/** By character; of several simplified ones the first, which is the most frequent. */
const simplified = new Map<string, string>(
  traditional.split('|').flatMap((entry): [string, string][] => {
    const [from = '', to = ''] = entry.split(' ')
    return from !== '' && to !== '' ? [[from, to]] : []
  }),
)

/** By simplified character. */
const written = Map.groupBy(simplified.keys(), (character) => simplified.get(character) ?? '')

/** However a character is written that is simplified to this one. */
export const waysToWrite = (character: string): string[] => [
  character,
  ...(written.get(character) ?? []),
]

/** By code point where it is one UTF-16 unit, as nearly all are: some are asked for of every text. */
const simplifiedAt: (string | undefined)[] = []
for (const [from, to] of simplified) {
  if (from.length === 1) simplifiedAt[from.charCodeAt(0)] = to
}

/** The simplified form of a character; any other as it is. */
export const simplify = (character: string): string =>
  (character.length === 1 ? simplifiedAt[character.charCodeAt(0)] : simplified.get(character)) ??
  character
