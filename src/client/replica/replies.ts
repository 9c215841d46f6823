// What a message answers, shown with it as it is now: frames for all do not say it, so whoever keeps both
// changes the one with the other.
import type { Favorite } from '../../protocol/favorites.ts'
import type { Message } from '../../protocol/messages.ts'
import { previewMax } from '../../protocol/characters.ts'
import type { Preview } from '../../protocol/reply.ts'
import { keys, under, type Conversation, type Talk } from './keys.ts'
import type { Sheet } from './picture.ts'

/** What has become of a message, for those that answer it; null: it is there no more. */
export function answered(
  sheet: Sheet,
  conversation: number,
  message: number,
  now: Message | null,
): void {
  const reply_to = now && previewOf(now)
  for (const [key, each] of sheet.entries<Message>(under.messages(conversation))) {
    if (each.reply_to_id === message) sheet.put(key, { ...each, reply_to })
  }
  for (const [key, each] of sheet.inMemory<Favorite>(under.favorites)) {
    if (each.message.reply_to_id !== message) continue
    sheet.put(key, { ...each, message: { ...each.message, reply_to } })
  }
  const talk = sheet.get<Talk>(keys.conversation(conversation))
  const last = talk?.view.last_message
  if (!talk || last?.reply_to_id !== message) return
  const view = { ...talk.view, last_message: { ...last, reply_to } } as Conversation
  sheet.put(keys.conversation(conversation), { ...talk, view } satisfies Talk)
}

/** As it came, and with what it answers where that is known. */
export function withAnswered<M extends Message>(
  sheet: Sheet,
  message: M,
  known: Message | undefined,
): M {
  if (message.reply_to_id === null || message.reply_to !== undefined) return message
  const { conversation_id: id, reply_to_id: asked } = message
  const found = sheet
    .entries<Message>(under.messages(id))
    .find(([, each]) => each.id === asked)?.[1]
  const reply_to = found ? previewOf(found) : known?.reply_to
  return reply_to === undefined ? message : { ...message, reply_to }
}

export function previewOf(message: Message): Preview {
  const { id, seq, from_user_id, message_type, content, is_recalled } = message
  const begin = is_recalled ? '' : cut(content, previewMax)
  return { id, seq, from_user_id, message_type, content: begin, is_recalled }
}

/** In whole characters as people see them, where the runtime can tell. */
function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  if (typeof Intl.Segmenter !== 'function') return [...text].slice(0, charactersMax).join('')
  let [count, end] = [0, 0]
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
  for (const { index, segment } of graphemes.segment(text)) {
    count += [...segment].length
    if (count > charactersMax) break
    end = index + segment.length
  }
  return text.slice(0, end)
}
