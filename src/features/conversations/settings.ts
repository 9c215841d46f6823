// What somebody has set for a conversation of theirs: kept in sight, muted. Nobody else knows of it.
import { Failure } from '../../core/failure.ts'
import type { BaseContext } from '../../context.ts'
import type { Sql, Tx } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import { tell } from '../tell.ts'
import { findSettings, updateMuted, updatePinned } from './settings.store.ts'

export interface Muting {
  readonly isMuted: boolean
  /** Null: without an end. */
  readonly until: Date | null
  /** Mentions are notified all the same. */
  readonly mentions: boolean
}

/** A step; only for who is in it. */
export async function setPinned(tx: Tx, id: number, user: number, pinned: boolean): Promise<void> {
  const isMine = await updatePinned(tx.sql, id, user, pinned)
  noted(tx, id, user, isMine)
}

/** A step; only for who is in it. */
export async function setMuted(tx: Tx, id: number, user: number, muting: Muting): Promise<void> {
  const isMine = await updateMuted(tx.sql, id, user, muting)
  noted(tx, id, user, isMine)
}

function noted(tx: Tx, id: number, user: number, isMine: boolean): void {
  if (!isMine) throw new Failure('conversationNotFound')
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

async function settingsOf(sql: Sql, id: number, user: number) {
  const row = await findSettings(sql, id, user)
  if (!row) return null
  const { is_pinned, is_muted, quiet_until } = row
  return {
    is_pinned,
    is_muted,
    muted_until: (is_muted && quiet_until?.toISOString()) || null,
  }
}
