// Pure: is this worth a notification, and what may it show?
import type { Notification } from '../../infra/push.ts'
import type { User } from '../../protocol/people.ts'
import { messageTypes } from '../../protocol/messages.ts'
import { texts } from '../../texts/texts.ts'
import type { Waiting } from './store.ts'

/**
 * Null when there is nothing to say: read meanwhile, muted and not mentioned, or taken back. No message
 * text. What a group says comes under its name.
 */
export function notificationOf(waiting: Waiting, from: User | undefined): Notification | null {
  if (!from || waiting.unread <= 0) return null
  if (waiting.is_muted && !waiting.is_mentioned) return null
  if (waiting.recalled || waiting.message_type === messageTypes.system) return null
  const text = texts[waiting.locale === 'zh' ? 'zh' : 'en'].push
  return {
    title: waiting.group_name ?? from.nickname,
    body: waiting.unread === 1 ? text.one : text.many(waiting.unread),
    conversation_id: waiting.conversation_id,
    from_user_id: waiting.from_user_id,
    unread: waiting.unread,
  }
}
