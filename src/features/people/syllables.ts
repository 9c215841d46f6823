// How Han characters are read, in letters without tones. One table of pinyin-pro: its dictionaries of
// words and of surnames know no reading that this one has not.

/** Each syllable once; ü is written in both ways that people type it. */
export type Syllables = readonly string[]

export interface Table {
  readonly of: ReadonlyMap<string, Syllables>
  /** Characters that are read alike, together: some four thousand of these. */
  readonly alike: readonly { readonly syllables: Syllables; readonly characters: string[] }[]
}

let loading: Promise<Table> | null = null

/** Loaded when somebody first looks for a name by letters: most processes never need it. */
export const table = (): Promise<Table> => (loading ??= load())

async function load(): Promise<Table> {
  const { default: dictionary } = await import('pinyin-pro/dist/esm/data/dict1.mjs')
  const byReading = new Map<string, { syllables: Syllables; characters: string[] }>()
  const of = new Map<string, Syllables>()
  const add = (character: string, reading: string) => {
    let alike = byReading.get(reading)
    if (!alike) byReading.set(reading, (alike = { syllables: plain(reading), characters: [] }))
    alike.characters.push(character)
    of.set(character, alike.syllables)
  }
  // `forEach` passes over the holes.
  dictionary.NumberDICT.forEach((reading, unit) => add(String.fromCharCode(unit), reading))
  for (const [character, reading] of dictionary.StringDICT) add(character, reading)
  return { of, alike: [...byReading.values()] }
}

function plain(reading: string): Syllables {
  const syllables = toneless(reading).split(' ')
  return [...new Set(syllables.flatMap((each) => [each, each.replace('v', 'u')]))]
}

/** Letters without their marks, but for the two dots of ü, which make it a `v`. */
export const toneless = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/u\p{M}*?\u0308/gu, 'v')
    .replaceAll(/\p{M}/gu, '')
