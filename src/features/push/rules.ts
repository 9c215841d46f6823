// Pure: is this worth a notification, and what may it show?
import type { Locale } from '../../core/actor.ts'
import { messageTypes } from '../../protocol/messages.ts'
import type { Waiting } from './store.ts'

export interface Notification {
  readonly title: string
  readonly body: string
  readonly conversation_id: number
  readonly from_user_id: string
  readonly unread: number
}

const words: Record<Locale, { one: string; many: (n: number) => string }> = {
  en: { one: 'New message', many: (n) => `${n} new messages` },
  zh: { one: '发来一条新消息', many: (n) => `发来 ${n} 条新消息` },
}

/** Null when there is nothing to say: read meanwhile, muted, or taken back. No message text. */
export function notificationOf(waiting: Waiting | undefined): Notification | null {
  if (!waiting || waiting.unread <= 0 || waiting.is_muted) return null
  if (waiting.recalled || waiting.message_type === messageTypes.system) return null
  const text = words[waiting.locale === 'zh' ? 'zh' : 'en']
  return {
    title: waiting.from_nickname,
    body: waiting.unread === 1 ? text.one : text.many(waiting.unread),
    conversation_id: waiting.conversation_id,
    from_user_id: waiting.from_user_id,
    unread: waiting.unread,
  }
}
