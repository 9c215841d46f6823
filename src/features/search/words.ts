// The words under which a message is indexed, and what a message says at all.
import { messageTypes } from '../../protocol/messages.types.ts'
import { hashOf, hashOfBeginning, type Hash, type Words } from './bloom.ts'
import { limits } from './limits.ts'
import { visitUnits } from './units.ts'

export interface Said {
  readonly message_type: number
  readonly content: string
  readonly media_url: string
  /** Of the file that was uploaded for it; null where there is none. */
  readonly file_name: string | null
}

const withMedia: readonly number[] = [
  messageTypes.image,
  messageTypes.audio,
  messageTypes.video,
  messageTypes.file,
]
/** Their content is JSON, by the conventions of clients. */
const structured: readonly number[] = [
  messageTypes.forward,
  messageTypes.location,
  messageTypes.card,
  messageTypes.poll,
]

/** What can be found. What is the application's own may be anything, and is carried untouched. */
export const foundTypes: readonly number[] = [messageTypes.text, ...withMedia, ...structured]

export interface Texts {
  /** Where it stands in `content` can be shown. */
  readonly content: string
  /** Of the file, and what stands inside of what was passed on. */
  readonly others: readonly string[]
}

export function textsOf({ message_type: type, content, ...file }: Said): Texts {
  if (structured.includes(type)) {
    const inside = insideOf(content)
    if (inside) return { content: '', others: inside }
  }
  return { content, others: withMedia.includes(type) ? namesOf(file) : [] }
}

/** As it was uploaded; or the last part of an address, as people read it, if it is the name of a file. */
function namesOf({ media_url: url, file_name }: Pick<Said, 'media_url' | 'file_name'>): string[] {
  if (file_name !== null) return [file_name]
  const [path = ''] = url.split(/[?#]/)
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (!name.includes('.')) return []
  try {
    return [decodeURIComponent(name)]
  } catch {
    return [name]
  }
}

/** Addresses, ids and times in it are no words of anybody's. */
const bare = /^(https?:|\/|[0-9a-f]{8}-[0-9a-f]{4}-|\d{4}-\d{2}-\d{2}T)/i
const nameless = /_id$|^(id|type|at|url|media_url)$/

/** The texts in an object; null: it is none, and to be read as it is. */
function insideOf(content: string): string[] | null {
  if (!/^\s*[[{]/.test(content)) return null
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch {
    return null
  }
  const found: string[] = []
  const walk = (value: unknown, depth: number) => {
    if (typeof value === 'string' && !bare.test(value)) found.push(value)
    if (typeof value !== 'object' || value === null || depth === 0) return
    for (const [name, inner] of Object.entries(value)) {
      if (!nameless.test(name)) walk(inner, depth - 1)
    }
  }
  walk(parsed, 6)
  return found
}

/**
 * Words as they are and their beginnings, signs alone and with the one before: two-character words are found
 * inside of sentences. Characters are simplified here whatever the setting says: it decides when the text
 * itself is compared.
 */
export function wordsIn(said: Said, { wholes, beginnings }: Words): void {
  const { content, others } = textsOf(said)
  for (const text of [content, ...others]) {
    let sign = ''
    visitUnits(text, true, (kind, unit, _start, _length, isJoined) => {
      wholes.add(hashOf(unit))
      if (kind === 'sign' && sign !== '' && isJoined) wholes.add(hashOf(sign, unit))
      if (kind === 'word') {
        for (const length of limits.search.beginnings) {
          if (length <= unit.length) beginnings.add(hashOfBeginning(unit, length))
        }
      }
      sign = kind === 'sign' ? unit : ''
    })
  }
}

/** All beginnings that are indexed of whatever goes on like this, the longest first. */
export const beginningsOf = (word: string): Hash[] =>
  limits.search.beginnings
    .filter((length) => length <= word.length)
    .map((length) => hashOfBeginning(word, length))
    .toReversed()

/**
 * What a slice says besides: of whom, of which kind. No word begins like these, for words are letters,
 * digits and emoji.
 */
export const marks = {
  sender: (id: number) => hashOf(`@${id}`),
  type: (type: number) => hashOf(`#${type}`),
} as const
