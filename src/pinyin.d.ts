// One dictionary of the package alone: how each character is read, with tones.
declare module 'pinyin-pro/dist/esm/data/dict1.mjs' {
  const dictionary: {
    /** By UTF-16 unit, with holes. */
    readonly NumberDICT: readonly string[]
    /** Characters of two units. */
    readonly StringDICT: ReadonlyMap<string, string>
  }
  export default dictionary
}
