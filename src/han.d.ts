// One dictionary of the package alone: pairs of characters in one text.
declare module 'opencc-js/dict/TSCharacters' {
  const pairs: string
  export default pairs
}
