// A Bloom filter of words: says of each whether it may be there, and never of one that is there that it is
// not (B. H. Bloom, 1970). One hash gives all its bits (A. Kirsch, M. Mitzenmacher, "Less Hashing, Same
// Performance", 2006).
import { limits } from './limits.ts'

/** A word as the filter knows it: 32 bits, signed. */
export type Hash = number

const start = 0x811c9dc5
const next = (hash: Hash, text: string, at: number) =>
  Math.imul(hash ^ text.charCodeAt(at), 0x01000193)

/** FNV-1a over UTF-16 units, mixed as MurmurHash3 ends, so that words of one character differ in all bits. */
export function hashOf(word: string, more = ''): Hash {
  let hash = start
  for (let at = 0; at < word.length; at++) hash = next(hash, word, at)
  for (let at = 0; at < more.length; at++) hash = next(hash, more, at)
  return mixed(hash)
}

/** Beginnings are no words: `her` of herons is another one than `her`. */
export function hashOfBeginning(word: string, length: number): Hash {
  let hash = ~start
  for (let at = 0; at < length; at++) hash = next(hash, word, at)
  return mixed(hash)
}

function mixed(hash: Hash): Hash {
  let mix = hash
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return mix ^ (mix >>> 16)
}

/** The n-th bit of a word, before it is taken modulo the bits of a filter: 31 bits, not negative. */
const bitOf = (word: Hash, step: Hash, n: number) => (word + Math.imul(n, step)) & 0x7fff_ffff

/** Odd, and so never nothing. */
const stepOf = (word: Hash) => mixed(word ^ 0x9e3779b9) | 1

/** The words of some messages, and how they begin: that tells less, and has half as many bits. */
export interface Words {
  readonly wholes: Set<Hash>
  readonly beginnings: Set<Hash>
}

export const noWords = (): Words => ({ wholes: new Set(), beginnings: new Set() })

/**
 * Half of its bits are set: it takes 1.44 bits for each that a word sets. What has more words than a filter
 * may be long for is found too often, and read in vain.
 */
export function filterOf({ wholes, beginnings }: Words): Buffer {
  const { bitsWhole, bitsBeginning, bytesMin, bytesMax } = limits.filter
  const set = wholes.size * bitsWhole + beginnings.size * bitsBeginning
  const bytes = Math.ceil((set * Math.LOG2E) / 8)
  const filter = Buffer.alloc(Math.min(Math.max(bytes, bytesMin), bytesMax))
  for (const word of wholes) setBits(filter, word, bitsWhole)
  for (const word of beginnings) setBits(filter, word, bitsBeginning)
  return filter
}

/** Called for each word of each message, so it makes nothing but bits. */
function setBits(filter: Buffer, word: Hash, count: number): void {
  const bits = filter.length * 8
  const step = stepOf(word)
  for (let n = 0; n < count; n++) {
    const bit = bitOf(word, step, n) % bits
    // As `get_bit` of Postgres counts them: the lowest of each byte first.
    filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7))
  }
}

/** What is asked for: the most telling first. */
export interface Asked {
  readonly word: Hash
  readonly isBeginning: boolean
}

/**
 * The same number of bits whatever is asked for, shared among the words, each to be taken modulo the bits
 * of a filter: where one of them is not set, not all of the words are there.
 */
export function bitsOf(asked: readonly Asked[]): number[] {
  const { bitsAsked, bitsWhole, bitsBeginning } = limits.filter
  return Array.from({ length: bitsAsked }, (_, at) => {
    const { word, isBeginning } = asked[at % asked.length] as Asked
    const n = Math.floor(at / asked.length) % (isBeginning ? bitsBeginning : bitsWhole)
    return bitOf(word, stepOf(word), n)
  })
}
