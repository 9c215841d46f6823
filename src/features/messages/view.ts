// Messages as the wire shows them.
import { encode } from '../../protocol/codec.ts'
import { fileIn } from '../../protocol/paths.ts'
import type { GroupMessage, Message } from '../../protocol/messages.ts'
import { peerOf, type ConversationRef } from '../conversations/directory.ts'
import type { Accepted, Draft } from './commit/draft.ts'
import type { MessageRow } from './store.ts'

/** A message that was stored this moment: nobody has read it, nothing was changed. */
export function freshMessage(draft: Draft, accepted: Accepted): Message {
  const at = accepted.createdAt.toISOString()
  return {
    id: accepted.id,
    conversation_id: draft.ref.id,
    seq: accepted.seq,
    from_user_id: draft.senderUserId,
    ...recipient(draft.ref, draft.senderId, { at_users: draft.atNames, recalled_by: null }),
    message_type: draft.type,
    content: draft.content,
    ...media(draft.type, draft.mediaUrl),
    is_read: false,
    read_at: null,
    is_recalled: false,
    recalled_at: null,
    edited_at: null,
    reply_to_id: draft.replyToId,
    ...expiry(accepted.expiresAt),
    client_msg_id: draft.clientMsgId,
    created_at: at,
    updated_at: at,
  }
}

/** A stored message; a recalled one keeps its place and loses what it said. */
export function messageView(row: MessageRow, ref: ConversationRef): Message {
  const recalled = row.recalled_at !== null
  const isRead = row.peer_read_seq !== null && row.seq <= row.peer_read_seq
  const changed = [row.created_at, row.edited_at, row.recalled_at, row.reacted_at]
  const reactions = row.reactions?.map(([emoji, count]) => ({ emoji, count }))
  return {
    id: row.id,
    conversation_id: row.conversation_id,
    seq: row.seq,
    from_user_id: row.sender_name,
    ...recipient(ref, row.sender_id, {
      at_users: recalled ? '[]' : JSON.stringify(row.at_names ?? []),
      recalled_by: row.recalled_by_name,
    }),
    message_type: row.message_type,
    content: recalled ? '' : row.content,
    ...media(row.message_type, recalled ? '' : row.media_url),
    is_read: isRead,
    read_at: isRead ? (row.peer_read_at?.toISOString() ?? null) : null,
    is_recalled: recalled,
    recalled_at: row.recalled_at?.toISOString() ?? null,
    edited_at: row.edited_at?.toISOString() ?? null,
    reply_to_id: row.reply_to_id,
    ...(reactions ? { reactions } : {}),
    ...expiry(row.expires_at),
    client_msg_id: row.client_msg_id,
    created_at: row.created_at.toISOString(),
    updated_at: new Date(Math.max(...changed.map((at) => at?.getTime() ?? 0))).toISOString(),
  }
}

function media(type: number, url: string): Pick<Message, 'media_url' | 'media_id'> {
  const id = fileIn(type, url)
  return id === undefined ? { media_url: url } : { media_url: url, media_id: id }
}
const expiry = (at: Date | null) => (at ? { expires_at: at.toISOString() } : {})

function recipient(
  ref: ConversationRef,
  sender: number,
  inGroup: Pick<GroupMessage, 'at_users' | 'recalled_by'>,
): Pick<Message, 'to_user_id' | 'group_id' | 'at_users' | 'recalled_by'> {
  return ref.kind === 'direct'
    ? { to_user_id: peerOf(ref, sender).userId }
    : { group_id: ref.groupId, ...inGroup }
}

/** The frame that tells of it. */
export function messageFrame(message: Message, ref: ConversationRef, seconds: number): string {
  return ref.kind === 'direct'
    ? encode('message', message, seconds)
    : encode('group_message', message as GroupMessage, seconds)
}
