// Rows of conversations as the wire shows them to one member.
import type { User } from '../../protocol/people.ts'
import type { DirectConversation } from '../../protocol/messages.ts'
import { draftView } from './settings.ts'
import type { DirectRow } from './store.ts'

export function conversationView(
  row: DirectRow,
  viewer: number,
  profiles: ReadonlyMap<number, User>,
): DirectConversation {
  const user1 = profiles.get(row.user1_id) as User
  const user2 = profiles.get(row.user2_id) as User
  const mine = row.unread
  const isOwn = row.user1_id === row.user2_id
  // Closed, it does not show any more what the other one reads.
  const peers = isOwn ? mine : row.is_open ? row.peer_unread : 0
  const viewerIsFirst = row.user1_id === viewer
  return {
    id: row.id,
    kind: 'direct',
    user1_id: user1.user_id,
    user2_id: user2.user_id,
    user1_unread: viewerIsFirst ? mine : peers,
    user2_unread: viewerIsFirst ? peers : mine,
    last_message_id: row.last_message_id,
    last_message_time: row.last_message_at?.toISOString() ?? null,
    last_seq: row.last_seq,
    read_seq: row.read_seq,
    unread: mine,
    is_pinned: row.is_pinned,
    is_muted: row.is_muted,
    is_archived: row.is_archived,
    is_marked_unread: row.is_marked_unread,
    ...(row.draft ? { draft: draftView(row.draft) } : {}),
    burn_after: row.burn_seconds || null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    user1,
    user2,
  }
}
