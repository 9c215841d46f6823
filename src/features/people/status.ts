// What somebody says of themselves for a while: an emoji, a few words, or both. Their friends see it.
import { emojiOf } from '../../core/emoji.ts'
import { invalid } from '../../core/failure.ts'
import type { InputOf } from '../../protocol/operations.ts'
import type { Status } from '../../protocol/people.ts'
import { checkName } from './policy.ts'
import type { UserRow } from './store.ts'

/** As `statusOf` of sight.sql.ts answers it. */
export interface StatusRow {
  readonly emoji: string
  readonly text: string
  readonly until: string | null
}

export interface NewStatus {
  readonly emoji: string
  readonly text: string
  readonly until: Date | null
}

type Asked = NonNullable<InputOf<'accounts.updateMe'>['status']>

/** Null where there is nothing to say. */
export function cleanStatus(asked: Asked, now: Date): NewStatus | null {
  const { emoji: given = '', text: said = '', until: end = null } = asked
  const emoji = given === '' ? '' : emojiOf(given)
  if (emoji === null) throw invalid('status.emoji', 'pattern')
  const text = said.trim().normalize('NFC')
  if (text !== '') checkName('status.text', text)
  const until = end === null ? null : new Date(end)
  if (until && until <= now) throw invalid('status.until', 'too_small')
  return emoji === '' && text === '' ? null : { emoji, text, until }
}

export function statusView(row: StatusRow | null): Status | null {
  return row && { ...row, until: row.until === null ? null : new Date(row.until).toISOString() }
}

/** One's own; null once it has ended. */
export function ownStatus(row: UserRow, now: Date): Status | null {
  const { status_emoji: emoji, status_text: text, status_until: until } = row
  const isOver = until !== null && until <= now
  if (isOver || (emoji === '' && text === '')) return null
  return { emoji, text, until: until?.toISOString() ?? null }
}
