// Pure: is this worth a notification, and what may it show?
import { cut } from '../../core/graphemes.ts'
import type { Notification } from '../../infra/push.ts'
import type { User } from '../../protocol/people.ts'
import { messageTypes } from '../../protocol/messages.types.ts'
import type { PushSettings } from '../../protocol/push.ts'
import type { PushTexts } from '../../texts/en.ts'
import { texts } from '../../texts/texts.ts'
import { limits } from './limits.ts'
import type { Waiting } from './waiting.store.ts'

/** Why nothing is said: read meanwhile, or muted and not mentioned. */
export type Silence = 'read' | 'muted'

export function silenceOf(waiting: Waiting | undefined): Silence | null {
  if (!waiting || waiting.unread <= 0) return 'read'
  return waiting.is_muted && !waiting.is_mentioned ? 'muted' : null
}

export interface Shown {
  readonly waiting: Waiting
  readonly from: User
  readonly preview: PushSettings['preview']
  /** Unread in all. */
  readonly badge: number
  /** It takes the place of what is shown already, and makes no sound. */
  readonly isQuiet: boolean
}

/** What a group says comes under its name, with whoever said it before it if there are words. */
export function notificationOf({ waiting, from, preview, badge, isQuiet }: Shown): Notification {
  const { unread, group_name: group, conversation_id, from_user_id } = waiting
  const said = preview === 'text' ? wordsOf(waiting, waiting.locale) : null
  const counted = countOf(waiting)
  return {
    title: group ?? from.nickname,
    body: said === null ? counted : group === null ? said : `${from.nickname}: ${said}`,
    conversation_id,
    from_user_id,
    unread,
    badge,
    is_quiet: isQuiet,
  }
}

function countOf({ unread, locale }: Waiting): string {
  const { one, many } = textsIn(locale)
  return unread === 1 ? one : many(unread)
}

/** In place of what was taken back, where nothing else is left to show and something has to be. */
export function takenBack(locale: string): string {
  return textsIn(locale).takenBack
}

const textsIn = (locale: string): PushTexts => texts[locale === 'zh' ? 'zh' : 'en'].push

/** The beginning of a text; of anything else what it is, or null where it has to stay unsaid. */
export function wordsOf(
  { message_type: type, content }: Pick<Waiting, 'message_type' | 'content'>,
  locale: string,
): string | null {
  if (type === messageTypes.text) {
    const line = content.replaceAll(/\s+/g, ' ').trim()
    const short = cut(line, limits.push.previewCharactersMax)
    return short.length < line.length ? `${short}…` : short
  }
  return textsIn(locale).kinds[type] ?? null
}
