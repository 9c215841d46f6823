// Inputs with text: one as people send it, and the longest one allowed. What one person's longest
// inputs cost another, tests/security/neighbours.test.ts looks at.
import type { Input } from '../stage.ts'

export interface Asked {
  readonly ordinary: Input
  readonly longest: Input
  /** A password is hashed for each: a core for tens of milliseconds, whatever its length. */
  readonly hashes?: boolean
}

/** Ids of people, an ordinary one and one as long as ids may be. */
export interface Ids {
  readonly ordinary: string
  readonly longest: string
}

export interface World {
  readonly friend: Ids
  readonly stranger: Ids
  readonly conversation: number
  /** Of whoever asks, said a moment ago. */
  readonly said: number
  readonly moment: number
  /** Of whoever asks. */
  readonly group: string
}

/** By the way to ask, `whole` where there is but one. */
export type Longest = (world: World) => Readonly<Record<string, Asked>>

/** Three bytes each, in words that no index and no compression knows yet. */
export const words = (length: number) =>
  Array.from({ length }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7_919) % 20_000))).join('')

export const email = {
  ordinary: 'nobody@example.com',
  longest: `${'n'.repeat(63)}@${['a', 'b', 'c'].map((each) => each.repeat(62)).join('.')}.c`,
}
export const password = { ordinary: 'four calm grey geese', longest: words(128) }
export const captcha = { ordinary: 'a-short-token', longest: words(8_192) }
export const image = (n: number) => `https://example.com/${n}${'i'.repeat(2_048 - 21)}`

/** Both inputs from fields that have both. */
export function both(fields: Record<string, { ordinary: unknown; longest: unknown }>): Asked {
  const of = (kind: 'ordinary' | 'longest') =>
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field[kind]]))
  return { ordinary: of('ordinary'), longest: of('longest') }
}

export const hashed = (fields: Parameters<typeof both>[0]): Asked => ({
  ...both(fields),
  hashes: true,
})

export const fixed = (value: unknown) => ({ ordinary: value, longest: value })
export const text = (ordinary: string, longest: string) => ({ ordinary, longest })
export const cursor = text('', 'c'.repeat(512))

export const code = fixed('123456')
export const userId = text('nobody', 'n'.repeat(32))
export const nickname = text('Nobody', words(64))
export const refreshToken = text('r'.repeat(43), words(256))

export function manyIds(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${n}-`.padEnd(32, 'x'))
}
