// Scheduled messages as their owner sees them.
import { must } from '../../core/assert.ts'
import { fileIn } from '../../protocol/paths.ts'
import { states, type ScheduledMessage } from '../../protocol/scheduled.ts'
import type { ConversationRef } from '../conversations/directory.ts'
import { recipientOf } from '../messages/send.ts'
import type { ScheduledRow } from './store.ts'

export function scheduledView(row: ScheduledRow, ref: ConversationRef): ScheduledMessage {
  const file = fileIn(row.message_type, row.media_url)
  return {
    id: row.id,
    conversation_id: row.conversation_id,
    ...recipientOf(ref, row.user_id, row.at_names),
    message_type: row.message_type,
    content: row.content,
    media_url: row.media_url,
    ...(file === undefined ? {} : { media_id: file }),
    reply_to_id: row.reply_to_id,
    client_msg_id: row.client_msg_id,
    send_at: row.send_at.toISOString(),
    state: stateName(row),
    message_id: row.message_id,
    error_code: row.error_code,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export function stateName({ state }: Pick<ScheduledRow, 'state'>): ScheduledMessage['state'] {
  return must(states[state], 'a stored state has a name')
}
