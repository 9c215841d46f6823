// What somebody keeps of what was said, each with its message as that is now, which may be older than all
// others that are here.
import type { Favorite } from '../../protocol/favorites.ts'
import type { Message } from '../../protocol/messages.ts'
import { withMine } from '../mine.ts'
import { keys, under } from './keys.ts'
import type { Sheet } from './picture.ts'
import { withAnswered } from './replies.ts'

/** What a message is now, as the cursor has it. */
export function keptAs(sheet: Sheet, message: Message): void {
  const key = keys.favorite(message.id)
  const known = sheet.get<Favorite>(key)
  if (known) sheet.put(key, { ...known, message })
}

/** The same by a frame that is for all: of what overtakes each other the latest stands. */
export function keptAsHeard(sheet: Sheet, message: Message): void {
  const known = sheet.get<Favorite>(keys.favorite(message.id))?.message
  if (known && known.updated_at <= message.updated_at) {
    keptAs(sheet, withAnswered(sheet, withMine(message, known), known))
  }
}

/** Of a conversation that is somebody's no more. */
export function keptNoMore(sheet: Sheet, conversation: number): void {
  for (const [key, each] of sheet.inMemory<Favorite>(under.favorites)) {
    if (each.message.conversation_id === conversation) sheet.drop(key)
  }
}
