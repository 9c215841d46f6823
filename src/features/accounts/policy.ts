// Pure decisions about accounts: whom they belong to still, and what may stand in a profile.
import { invalid } from '../../core/failure.ts'

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

/** Controls, line and paragraph breaks, and what turns the text around it backwards. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
/** Something to see: neither blank, nor a mark without a width, nor a filler that looks blank. */
const visible = /[^\s\p{Z}\p{C}\u115f\u1160\u3164\uffa0\u2800]/u

/** A name that can be seen and that leaves the line it stands in as it is. */
export function cleanNickname(text: string): string {
  if (unprintable.test(text) || !visible.test(text)) {
    throw invalid('nickname', 'pattern')
  }
  return text.trim()
}

/** Several lines are fine here. */
export function cleanBio(text: string): string {
  if (unprintable.test(text.replaceAll(/[\n\r\t]/g, ' '))) {
    throw invalid('bio', 'pattern')
  }
  return text
}

/** Empty, an address of the web, or a path of this server. */
export function cleanAvatar(text: string): string {
  if (text === '' || isPath(text) || isWebAddress(text)) return text
  throw invalid('avatar', 'pattern')
}

/** A second slash, or a backslash that browsers take for one, would lead to another server. */
function isPath(text: string): boolean {
  return /^\/(?![/\\])[^\s\p{Cc}\\]*$/u.test(text)
}

function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}
