// For sync: how far the others in my conversations have read, where that is told.
import type { BaseContext } from '../../context.ts'
import { isNotes, isPair, peerOf } from './directory.ts'
import { directory } from './state.ts'
import { findShownMarks } from './store.ts'

export interface Receipt {
  readonly conversation_id: number
  readonly reader_user_id: string
  readonly read_seq: number
  readonly read_at: string | null
}

/** Of those between two people; of a closed one, where it stood then. */
export async function receiptsIn(
  ctx: BaseContext,
  user: number,
  conversations: readonly number[],
): Promise<Receipt[]> {
  const refs = await ctx.of(directory).findAll(conversations)
  const pairs = [...refs.values()].filter(isPair).filter((ref) => !isNotes(ref))
  if (pairs.length === 0) return []
  const peers = new Map(pairs.map((ref) => [ref.id, peerOf(ref, user)]))
  const rows = await findShownMarks(
    ctx.sql,
    [...peers.keys()],
    [...peers.values()].map(({ id }) => id),
  )
  return rows.flatMap(({ conversation_id, read_seq, read_at }) => {
    const peer = peers.get(conversation_id)
    if (!peer || !read_seq) return []
    const reader_user_id = peer.userId
    return [{ conversation_id, reader_user_id, read_seq, read_at: read_at?.toISOString() ?? null }]
  })
}
