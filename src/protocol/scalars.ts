// The small shapes everything else is made of.
import { Type, type TSchema } from '@sinclair/typebox'
import { longerThan } from './characters.ts'

/**
 * What the doors do to a text before they look at it: `trim` takes the space around it away, `list`
 * that around each name between commas, `name` makes one text of all that look the same (NFC) as
 * well, `shown` leaves nothing of what shows nothing, and `key` is a name of which that is true too.
 * Symbols stay out of the documents.
 */
export const Prepared = Symbol('prepared')
export type Preparation = 'trim' | 'list' | 'name' | 'shown' | 'key'

/** A test beside the pattern, for what no pattern says in all the dialects that readers have. */
export const Further = Symbol('further')

/** A 64-bit identity, never above 2^53−1. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [1042] })

/** A file that a message holds. */
export const MediaId = Type.Integer({
  ...Id,
  description: 'A file of its sender, of types 2 to 5; `media_url` is its path then.',
})

/** A place in a conversation, from 1 and without holes; 0 where there is none yet. */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [7] })

/** The name a person chose; unique ignoring case. */
export const UserId = Type.String({
  minLength: 3,
  maxLength: 32,
  pattern: '^[A-Za-z0-9_-]{3,32}$',
  description: 'The name a person chose; unique ignoring case.',
  examples: ['alice'],
  [Prepared]: 'trim',
})

/** The other one's name: a UserId whose example is somebody else. */
export const PeerId = Type.String({ ...UserId, examples: ['bob'] })

/** The name of a group on the wire, given once. */
export const GroupId = Type.String({
  maxLength: 64,
  pattern: '^G',
  description: 'The name of a group, given once.',
  examples: ['G7K2MNPQR4TVW'],
})

/** RFC 3339 in UTC. */
export const Time = Type.String({
  description: 'RFC 3339 in UTC.',
  examples: ['2026-01-02T03:04:05.678Z'],
})

/** A time that is handed in: RFC 3339, with any offset. */
export const Instant = Type.String({
  maxLength: 40,
  pattern:
    '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$',
  description: 'RFC 3339.',
  examples: ['2026-12-31T22:00:00Z'],
  [Further]: isInstant,
})

function isInstant(text: string): boolean {
  return !Number.isNaN(Date.parse(text))
}

export const MaybeTime = Type.Union([Time, Type.Null()])

/** Of the part before the @. */
const word = '[^\\s@<>(),;:.\\\\"\\[\\]]{1,64}'
/** Of the host: letters and digits, and hyphens between them. */
const label = '[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?'

/**
 * What an address is, for the doors as for the mailer: words with single dots between them, and the
 * name of a host (RFC 5321). Length first, then a pattern whose repeats are bounded and end at
 * what none of them takes: no input is slow to refuse.
 */
export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: `^${word}(\\.${word}){0,31}@${label}(\\.${label}){1,8}$`,
  examples: ['alice@example.com'],
  [Prepared]: 'name',
  [Further]: isDeliverable,
})

/**
 * Nothing that cannot be seen, ends a line or turns the reading direction; a person of 64 characters
 * at most; and a host that is no number and whose foreign letters (`xn--`) are some.
 */
function isDeliverable(address: string): boolean {
  if (/[\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(address)) return false
  const [person = '', host = ''] = address.split('@')
  if (longerThan(person, 64)) return false
  if (/\.[0-9]+$/.test(host)) return false
  // Reads the letters as browsers do; a host that comes out as another one was none.
  return URL.parse(`http://${host}/`)?.hostname === host.toLowerCase()
}

export const Code = Type.String({
  minLength: 6,
  maxLength: 6,
  pattern: '^[0-9]{6}$',
  examples: ['482913'],
})

export const Password = Type.String({
  minLength: 8,
  maxLength: 128,
  examples: ['four calm grey herons'],
})

export const Nickname = Type.String({
  minLength: 1,
  maxLength: 64,
  examples: ['Alice'],
  [Prepared]: 'name',
})

/** What people hand in for others to open; see src/core/urls.ts. Empty where there may be none. */
export const Url = Type.String({
  maxLength: 2_048,
  description:
    'An https address, an http address of this installation, or a path of this server; ' +
    'kept in the form a browser gives it, which has 2,048 characters at most.',
})

export const Uuid = Type.String({
  minLength: 36,
  maxLength: 36,
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
  examples: ['0b8f1c9e-5f0e-4c43-9d5b-3a8c1e1f7a10'],
})

export const Cursor = Type.String({
  maxLength: 512,
  description: 'Opaque: the `next_cursor` of the page before; empty for the first page.',
  examples: [''],
})

/** A short phrase of ours; the doors say it in the caller's language, see src/texts/phrases.ts. */
export const Phrase = Type.String({
  description: 'For people, in their language; programs go by the code.',
  examples: ['done'],
})

export const Done = Type.Object({ message: Phrase }, { title: 'Done' })

/** A list read on by cursor. */
export const CursorPage = <T extends TSchema>(item: T) =>
  Type.Object(
    {
      list: Type.Array(item),
      has_more: Type.Boolean(),
      next_cursor: Type.Union([Type.String(), Type.Null()]),
    },
    // A name of its own, for the types generators make of it.
    item.title === undefined ? {} : { title: `${item.title}Page` },
  )

export const Page = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  description: 'From 1.',
  examples: [1],
})
export const PageSize = Type.Integer({ minimum: 1, maximum: 100, examples: [20] })

/** Of an object that is written down for good, as in an export: nothing else stands in it. */
export const Strict = { additionalProperties: false } as const
