// A page of sync, put into what is kept. Pure: the same rules as any device's.
import type { Message } from '../../protocol/messages.ts'
import type { SyncEvent } from '../../protocol/sync.ts'
import { keptAs, keptNoMore } from './favorites.ts'
import { keys, under, type Conversation, type Talk } from './keys.ts'
import type { Sheet } from './picture.ts'
import { answered } from './replies.ts'

/**
 * In the order in which they come. Each says how something stands now, so that what comes twice changes
 * nothing the second time. A type of a newer server is passed over.
 */
export function applyEvent(sheet: Sheet, event: SyncEvent, windowMax: number): void {
  switch (event.type) {
    case 'me':
      return sheet.put(keys.me, event.data)
    case 'settings':
      return sheet.put(keys.settings, event.data)
    case 'conversation':
      return stand(sheet, event.data)
    case 'conversation_removed':
      return leave(sheet, event.data.conversation_id)
    case 'message':
    case 'group_message':
    case 'message_updated':
      return say(sheet, event.data, windowMax)
    case 'message_deleted': {
      const { conversation_id: id, seq } = event.data
      sheet.drop(keys.favorite(event.data.message_id))
      vanish(sheet, id, seq)
      return answered(sheet, id, event.data.message_id, null)
    }
    case 'read_receipt':
      return change(sheet, event.data.conversation_id, () => ({ receipt: event.data }))
    case 'friend':
      return sheet.put(keys.friend(event.data.friend_user.id), event.data)
    case 'friend_removed':
      return sheet.drop(keys.friend(event.data.id))
    case 'friend_request':
      return sheet.put(keys.request(event.data.id), event.data)
    case 'friend_request_removed':
      return sheet.drop(keys.request(event.data.request_id))
    case 'block':
      return sheet.put(keys.block(event.data.blocked_user.id), event.data)
    case 'block_removed':
      return sheet.drop(keys.block(event.data.id))
    case 'group_invitation':
      return sheet.put(keys.invitation(event.data.id), event.data)
    case 'group_invitation_removed':
      return sheet.drop(keys.invitation(event.data.invitation_id))
    case 'join_request':
      return sheet.put(keys.joinRequest(event.data.id), event.data)
    case 'join_request_removed':
      return sheet.drop(keys.joinRequest(event.data.request_id))
    case 'favorite':
      return sheet.put(keys.favorite(event.data.message_id), event.data)
    case 'favorite_removed':
      return sheet.drop(keys.favorite(event.data.message_id))
    case 'scheduled_updated':
      return sheet.put(keys.scheduled(event.data.id), event.data)
    case 'scheduled_removed':
      return sheet.drop(keys.scheduled(event.data.scheduled_id))
    case 'group_member': {
      const { conversation_id: id, member } = event.data
      const talk = sheet.get<Talk>(keys.conversation(id))
      return talk?.hasMembers ? sheet.put(keys.member(id, member.id), member) : undefined
    }
    case 'group_member_removed':
      return sheet.drop(keys.member(event.data.conversation_id, event.data.id))
    default:
      return event satisfies never
  }
}

/** Nothing where the conversation is not kept. */
export function change(sheet: Sheet, id: number, to: (talk: Talk) => Partial<Talk>): void {
  const talk = sheet.get<Talk>(keys.conversation(id))
  if (talk) sheet.put(keys.conversation(id), { ...talk, ...to(talk) })
}

/** Deleted for oneself, it counts as it did; what may have burned does not. */
export function vanish(sheet: Sheet, id: number, seq: number): void {
  const said = sheet.get<Message>(keys.message(id, seq))
  if (said && !said.expires_at) {
    const { from_user_id } = said
    change(sheet, id, ({ gone = [] }) => ({ gone: [...gone, { seq, from_user_id }] }))
  }
  sheet.drop(keys.message(id, seq))
}

/** One that is new begins with its newest message: between that and its head there is none for us. */
function stand(sheet: Sheet, view: Conversation): void {
  const known = sheet.get<Talk>(keys.conversation(view.id))
  const last = view.last_message
  const to = Math.max(view.last_seq, last?.seq ?? 0)
  const begun = { after: last ? last.seq - 1 : to, to }
  if (!known && last) sheet.put(keys.message(view.id, last.seq), last)
  sheet.put(keys.conversation(view.id), { ...begun, ...known, view } satisfies Talk)
}

function leave(sheet: Sheet, id: number): void {
  sheet.drop(keys.conversation(id))
  sheet.dropUnder(under.messages(id))
  sheet.dropUnder(under.members(id))
  keptNoMore(sheet, id)
}

/** What comes by the cursor is never older than what is kept: who asks has heard that before. */
function say(sheet: Sheet, message: Message, windowMax: number): void {
  const { conversation_id: id, seq } = message
  const talk = sheet.get<Talk>(keys.conversation(id))
  if (!talk) return
  answered(sheet, id, message.id, message)
  keptAs(sheet, message)
  if (seq <= talk.after) return
  sheet.put(keys.message(id, seq), message)
  if (seq > talk.to) reach(sheet, { ...talk, to: seq }, windowMax)
}

/** As many as are kept of one conversation: the oldest go. */
export function reach(sheet: Sheet, talk: Talk, windowMax: number): void {
  const { id } = talk.view
  const after = Math.max(talk.after, talk.to - windowMax)
  for (let seq = talk.after + 1; seq <= after; seq++) sheet.drop(keys.message(id, seq))
  const gone = talk.gone?.filter(({ seq }) => seq > after)
  sheet.put(keys.conversation(id), { ...talk, after, ...(gone && { gone }) } satisfies Talk)
}

/** What was said before it comes with the cursor. */
export function withoutLast(view: Conversation): Conversation {
  const { last_message: _, ...rest } = view
  return rest as Conversation
}
