// What somebody has set for a conversation of theirs: kept in sight, muted, put aside. Nobody else knows
// of it.
import type { BaseContext } from '../../context.ts'
import type { Sql, Tx } from '../../infra/db.ts'
import type { Draft } from '../../protocol/conversations.ts'
import type { EventData } from '../../protocol/events.ts'
import { tell } from '../tell.ts'
import { limits } from './limits.ts'
import {
  endSomeMutes,
  findSettings,
  updateArchived,
  updateMarkedUnread,
  updateMuted,
  updatePinned,
  writeDraft,
  type DraftRow,
} from './settings.store.ts'

export interface Muting {
  readonly isMuted: boolean
  /** Null: without an end. */
  readonly until: Date | null
  /** Mentions are notified all the same. */
  readonly mentions: boolean
}

/** A step. Nothing happens for who is not in it, or has set it so already. */
export async function setPinned(tx: Tx, id: number, user: number, pinned: boolean): Promise<void> {
  if (await updatePinned(tx.sql, id, user, pinned)) noteSet(tx, id, user)
}

/** A step. Nothing happens for who is not in it, or has set it so already. */
export async function setMuted(tx: Tx, id: number, user: number, muting: Muting): Promise<void> {
  if (await updateMuted(tx.sql, id, user, muting)) noteSet(tx, id, user)
}

/** A step. Nothing happens for who is not in it, or has set it so already. */
export async function setArchived(tx: Tx, id: number, user: number, is: boolean): Promise<void> {
  if (await updateArchived(tx.sql, id, user, is)) noteSet(tx, id, user)
}

/** A step. Nothing happens for who is not in it, or has set it so already. */
export async function setMarkedUnread(
  tx: Tx,
  id: number,
  user: number,
  is: boolean,
): Promise<void> {
  if (await updateMarkedUnread(tx.sql, id, user, is)) noteSet(tx, id, user)
}

/** A step. The last one counts, whichever device it comes from. */
export async function setDraft(
  tx: Tx,
  id: number,
  user: number,
  written: { content: string; replyTo: number | null },
): Promise<void> {
  if (await writeDraft(tx.sql, id, user, written)) noteSet(tx, id, user)
}

/**
 * For the sweeper. Nobody is disturbed by what has ended by itself; but it may take a conversation out of the
 * archive, and devices would show it there still.
 */
export async function endMutes(ctx: BaseContext): Promise<void> {
  const max: number = limits.mutes.endMax
  for (let ended = max; ended === max;) {
    ended = await ctx.transact(async (tx) => {
      const rows = await endSomeMutes(tx.sql, max)
      for (const { conversation_id: id, user_id: user } of rows) noteSet(tx, id, user)
      return rows.length
    })
  }
}

function noteSet(tx: Tx, id: number, user: number): void {
  tx.emit({ name: 'conversation.set', conversation_id: id, user })
}

/** A reaction: their other devices hear how it is set now. */
export async function tellSet(
  ctx: BaseContext,
  { conversation_id, user }: EventData<'conversation.set'>,
): Promise<void> {
  const settings = await settingsOf(ctx.sql, conversation_id, user)
  if (settings) await tell(ctx, [user], 'conversation_updated', { conversation_id, ...settings })
}

/** As the wire shows it. */
export function draftView(row: DraftRow): Draft {
  return { ...row, updated_at: new Date(row.updated_at).toISOString() }
}

async function settingsOf(sql: Sql, id: number, user: number) {
  const row = await findSettings(sql, id, user)
  if (!row) return null
  const { is_pinned, is_muted, quiet_until, is_archived, is_marked_unread } = row
  return {
    is_pinned,
    is_muted,
    muted_until: (is_muted && quiet_until?.toISOString()) || null,
    is_archived,
    is_marked_unread,
    draft: row.draft && draftView(row.draft),
  }
}
