// My own message as the timeline shows it, made from what was sent and its acknowledgement.
//
// The socket that sends gets no copy back. Only the first try is made into a message this way:
// what a later try acknowledges may have been edited or recalled since, and is fetched.
import type { Sent } from '../protocol/messages.told.ts'
import type { Message } from '../protocol/messages.ts'
import type { Outgoing } from './outbox.ts'

export function ownMessage(
  sent: Sent,
  message: Outgoing,
  me: string,
  peer: string | undefined,
): Message {
  const to = peer ?? message.to_user_id
  return {
    id: sent.id,
    conversation_id: sent.conversation_id,
    seq: sent.seq,
    from_user_id: me,
    ...(to === undefined ? {} : { to_user_id: to }),
    message_type: message.message_type,
    content: message.content,
    media_url: message.media_url ?? '',
    is_read: false,
    read_at: null,
    is_recalled: false,
    recalled_at: null,
    edited_at: null,
    reply_to_id: message.reply_to_id ?? null,
    client_msg_id: sent.client_msg_id,
    created_at: sent.created_at,
    updated_at: sent.created_at,
  }
}

export function sentOf(message: Message): Sent {
  const { id, conversation_id, seq, client_msg_id, created_at } = message
  return { id, conversation_id, seq, client_msg_id, created_at }
}
