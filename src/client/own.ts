// My own message as the timeline shows it, made from what was sent and its acknowledgement.
//
// The socket that sends gets no copy back. Only the first try is made into a message this way:
// what a later try acknowledges may have been edited or recalled since, and is fetched.
import { fileIn, mediaPath } from '../protocol/paths.ts'
import type { Sent } from '../protocol/messages.told.ts'
import type { GroupConversation } from '../protocol/inbox.ts'
import type { DirectConversation, Message } from '../protocol/messages.ts'
import type { Outgoing } from './outbox.ts'

/** Whom a conversation is with. */
export type Target = Readonly<{ to_user_id: string } | { group_id: string }>

/** Null where the server alone knows how it looks: whom it mentions, or where it went. */
export function ownMessage(
  sent: Sent,
  message: Outgoing,
  me: string,
  known: Target | undefined,
): Message | null {
  const target = known ?? targetNamed(message)
  if (!target || message.at_users !== undefined) return null
  return {
    id: sent.id,
    conversation_id: sent.conversation_id,
    seq: sent.seq,
    from_user_id: me,
    ...('group_id' in target ? { ...target, at_users: '[]', recalled_by: null } : target),
    message_type: message.message_type,
    content: message.content,
    ...mediaIn(message),
    is_read: false,
    read_at: null,
    is_recalled: false,
    recalled_at: null,
    edited_at: null,
    reply_to_id: message.reply_to_id ?? null,
    client_msg_id: sent.client_msg_id,
    created_at: sent.created_at,
    updated_at: sent.created_at,
    ...(sent.expires_at === undefined ? {} : { expires_at: sent.expires_at }),
  }
}

function mediaIn(message: Outgoing): Pick<Message, 'media_url' | 'media_id'> {
  const { message_type: type, media_id: named, media_url = '' } = message
  const id = named ?? fileIn(type, media_url)
  return id === undefined ? { media_url } : { media_url: mediaPath(id), media_id: id }
}

/** As the list of conversations says it. */
export function targetOf(
  conversation: DirectConversation | GroupConversation,
  me: string | undefined,
): Target {
  if (conversation.kind === 'group') return { group_id: conversation.group_id }
  const { user1_id, user2_id } = conversation
  return { to_user_id: user1_id === me ? user2_id : user1_id }
}

function targetNamed({ to_user_id, group_id }: Outgoing): Target | undefined {
  if (group_id !== undefined) return { group_id }
  return to_user_id === undefined ? undefined : { to_user_id }
}

export function sentOf(message: Message): Sent {
  const { id, conversation_id, seq, client_msg_id, created_at, expires_at } = message
  const sent = { id, conversation_id, seq, client_msg_id, created_at }
  return expires_at === undefined ? sent : { ...sent, expires_at }
}
