// What becomes of a write that is done twice, and how its effect is counted.
import type { ErrorName } from '../../../src/protocol/errors.ts'

/**
 * What later calls answer: `same` is the first answer word for word, `ok` a success that may
 * differ, a list the refusals, with `ok` in it where it may succeed too.
 */
export type Again = 'same' | 'ok' | readonly ('ok' | ErrorName)[]

export interface Once {
  /** A question to the database whose answer is a number. */
  readonly effect: string
  /** How much it grows by one call, and so by any number of the same calls. */
  readonly by: number
  readonly again: Again
}

/** Asking again is asking for one more, on purpose; the reason says why. */
export interface Each {
  readonly effect: string
  readonly each: string
}

export type Twice = Once | Each

export const once = (effect: string, again: Again, by = 1): Once => ({ effect, again, by })
/** Leaves nothing behind that could be there twice. */
export const traceless = (effect: string, again: Again): Once => ({ effect, again, by: 0 })
export const each = (effect: string, why: string): Each => ({ effect, each: why })

export const users = 'select count(*) from users'
export const live = 'select count(*) from sessions where ended_at is null'
export const messages = 'select count(*) from messages'
export const recalls = 'select count(*) from messages where recalled_at is not null'
export const edits = 'select count(*) from message_revisions'
export const marks = `select count(*) from conversation_members m
  join conversations c on c.id = m.conversation_id and c.last_seq = m.read_seq and c.last_seq > 0`
