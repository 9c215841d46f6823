// Messages for tests of the SDK's parts.
import type { Message } from '../../src/protocol/messages.ts'

export function message(
  conversation: number,
  seq: number,
  content = `${conversation}/${seq}`,
): Message {
  const at = new Date(1_700_000_000_000 + seq * 1000).toISOString()
  return {
    id: conversation * 100_000 + seq,
    conversation_id: conversation,
    seq,
    from_user_id: 'bob',
    to_user_id: 'alice',
    message_type: 1,
    content,
    media_url: '',
    is_read: false,
    read_at: null,
    is_recalled: false,
    recalled_at: null,
    edited_at: null,
    reply_to_id: null,
    client_msg_id: '00000000-0000-4000-8000-000000000000',
    created_at: at,
    updated_at: at,
  }
}
