// Pure decisions about accounts: whom they belong to still, and what may stand in a profile.
import { invalid } from '../../core/failure.ts'
import { cleanUrl, type Installation } from '../../core/urls.ts'
import { mediaPath } from '../../protocol/paths.ts'
import { operations } from '../../protocol/operations.ts'
import type { Operation } from '../../protocol/operation.ts'
import { UserId } from '../../protocol/scalars.ts'
import { isVisible } from '../../protocol/visible.ts'

/** Whether nobody can sign in here any more, not even to take a deletion back. */
export function isGone(
  user: { readonly deletes_at: Date | null; readonly deleted_at: Date | null },
  now: Date,
): boolean {
  return user.deleted_at !== null || (user.deletes_at !== null && user.deletes_at <= now)
}

/** The names deleted people get; nobody can choose one. */
export function isReserved(userId: string): boolean {
  return /^deleted-[0-9]+$/i.test(userId)
}

/** Whoever is mentioned as `all` is everybody. */
const reservedWords = new Set(['all', ...wordsOfPaths()])

/** A word that means something else where a user_id may stand, as `/users/sessions` does. */
export function isReservedWord(userId: string): boolean {
  return reservedWords.has(userId.toLowerCase())
}

/** What stands in some path where another one has a person's name, whatever the methods. */
function wordsOfPaths(): string[] {
  const table = Object.values<Operation>(operations)
  const before = (parts: readonly string[], at: number) => parts.slice(0, at).join('/')
  const people = table.flatMap(({ path, params }) => {
    const isPerson = (part: string) =>
      params?.properties[part.slice(1, -1)]?.['pattern'] === UserId.pattern
    return path.split('/').flatMap((part, at, parts) => (isPerson(part) ? before(parts, at) : []))
  })
  const words = table.flatMap(({ path }) =>
    path.split('/').filter((_, at, parts) => people.includes(before(parts, at))),
  )
  return words.map((word) => word.toLowerCase())
}

/** Controls, line and paragraph breaks, and what turns the text around it backwards. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** A name that can be seen and that leaves the line it stands in as it is. */
export function checkName(field: string, name: string): string {
  if (unprintable.test(name)) throw invalid(field, 'pattern')
  if (!isVisible(name)) throw invalid(field, 'too_short', { min: 1 })
  return name
}

/** Several lines are fine here. */
export function cleanLines(field: string, text: string): string {
  if (unprintable.test(text.replaceAll(/[\n\r\t]/g, ' '))) {
    throw invalid(field, 'pattern')
  }
  return text
}

/** An address, or a file of ours by its number; undefined where nothing is said. */
export function avatarNamed(avatar?: string, file?: number): string | undefined {
  if (file === undefined) return avatar
  const path = mediaPath(file)
  if (avatar !== undefined && avatar !== path) {
    throw invalid('avatar_media_id', 'conflict', { with: 'avatar' })
  }
  return path
}

/** Empty, an address of the web, or a path of this server. */
export function cleanAvatar(text: string, installation: Installation): string {
  return text === '' ? '' : cleanUrl('avatar', text, installation)
}

/** The one spelling of all that look the same. */
export function canonicalEmail(email: string): string {
  return email.trim().toLowerCase().normalize('NFC')
}
