// For sync: how far the others in my conversations have read, where that is told.
import type { BaseContext } from '../../context.ts'
import { isPair, peerOf } from './directory.ts'
import { findShownMarks } from './receipts.store.ts'
import { directory } from './state.ts'

export interface Receipt {
  readonly conversation_id: number
  readonly reader_user_id: string
  readonly read_seq: number
  readonly read_at: string | null
}

/**
 * Of those between two people; of a closed one, where it stood then. Where it is not shown any more it is
 * 0, for whoever remembers that it was.
 */
export async function receiptsIn(
  ctx: BaseContext,
  user: number,
  conversations: readonly number[],
): Promise<Receipt[]> {
  const refs = await ctx.of(directory).findAll(conversations)
  const pairs = [...refs.values()].filter(isPair)
  if (pairs.length === 0) return []
  const peers = new Map(pairs.map((ref) => [ref.id, peerOf(ref, user)]))
  const rows = await findShownMarks(
    ctx.sql,
    [...peers.keys()],
    [...peers.values()].map(({ id }) => id),
  )
  return rows.flatMap(({ conversation_id, read_seq, read_at, is_hidden }) => {
    const peer = peers.get(conversation_id)
    if (!peer) return []
    const reader_user_id = peer.userId
    if (is_hidden) return [{ conversation_id, reader_user_id, read_seq: 0, read_at: null }]
    if (!read_seq) return []
    return [{ conversation_id, reader_user_id, read_seq, read_at: read_at?.toISOString() ?? null }]
  })
}
