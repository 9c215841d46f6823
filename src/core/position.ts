// Where a device stands in what has happened: a snapshot of the database, sealed into a cursor.
import type { Seal } from './seal.ts'

/** What a cursor holds. */
export interface Position {
  /** Of the installation, see `installation.epoch`. */
  readonly epoch: string
  /** A pg_snapshot as text: all that it does not see is new. Empty: all there is. */
  readonly since: string
  /** When that was, in Unix seconds. */
  readonly at: number
  /** Within the pages of one answer. */
  readonly pass?: Pass
}

export interface Pass {
  /** Where the last page will lead: the snapshot of the first. */
  readonly to: string
  readonly step: Step
  /** What was shown last, as the step has it. */
  readonly after: string
}

/** What is shown by pages, one after the other: first of a first snapshot. */
export type Step =
  | 'conversations'
  | 'friends'
  | 'requests'
  | 'blocks'
  | 'invitations'
  | 'joinRequests'
  | 'favorites'
  | 'scheduled'
  // What is new, where it does not fit into one page.
  | 'changes'
  | 'messages'

/** Where a page begins. */
export type Place = Pick<Pass, 'step' | 'after'>

export function closePosition(seal: Seal, position: Position): string {
  return seal.close(JSON.stringify(position))
}

/** Null for what is none of ours, or of a secret of before. */
export function openPosition(seal: Seal, cursor: string): Position | null {
  try {
    return JSON.parse(seal.open(cursor)) as Position
  } catch {
    return null
  }
}
