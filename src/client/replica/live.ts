// What comes live, put into what is kept: at once where a frame says all, else by asking the cursor.
import type { ServerData, ServerFrameType } from '../../protocol/frames.ts'
import type { Message } from '../../protocol/messages.ts'
import { reacted, withMine } from '../mine.ts'
import { keptAs, keptAsHeard } from './favorites.ts'
import { keys, under, type Conversation, type Talk } from './keys.ts'
import { change, reach, vanish } from './page.ts'
import type { Sheet } from './picture.ts'
import { answered, withAnswered } from './replies.ts'
import { burned, counted, leftTo, unreadAfter } from './unread.ts'

type Heard =
  /** It says all there is to know, and by itself whether it is older than what is kept. */
  | 'applied'
  /**
   * A late one would bring back what is gone, and the cursor would not tell again: so it only says that
   * there is something to be asked for.
   */
  | 'asked'
  /** The same, told to many at once. */
  | 'asked later'
  /** Nothing of it is kept. */
  | 'passing'

/** A frame that is not named here does not compile. */
export const frames: { readonly [T in ServerFrameType]: Heard } = {
  hello: 'passing',
  ack: 'passing',
  error: 'passing',
  pong: 'passing',
  kicked: 'passing',
  // The client compares it, and asks.
  heads: 'passing',
  message: 'applied',
  group_message: 'applied',
  message_sent: 'applied',
  message_updated: 'applied',
  message_deleted: 'applied',
  reacted: 'applied',
  read_receipt: 'applied',
  conversation_updated: 'applied',
  friend_request: 'asked',
  friend_accepted: 'asked',
  friend_added: 'asked',
  friend_removed: 'asked',
  changed: 'asked',
  scheduled_updated: 'asked',
  group_invitation: 'asked',
  profile_updated: 'asked later',
  member_updated: 'asked later',
  group_member_join: 'asked later',
  group_member_leave: 'asked later',
  group_announcement: 'asked later',
  group_info_update: 'asked later',
  typing: 'passing',
  presence: 'passing',
  moment_activity: 'passing',
}

/** By their names in the client, where a message comes once and in order by whatever frame. */
type Applied = 'message' | 'group_message' | LiveChange
type LiveChange =
  'message_updated' | 'message_deleted' | 'reacted' | 'read_receipt' | 'conversation_updated'

export const applied = [
  'message',
  'group_message',
  'message_updated',
  'message_deleted',
  'reacted',
  'read_receipt',
  'conversation_updated',
] as const satisfies readonly Applied[]

export type Live = { [T in Applied]: { readonly type: T; readonly data: ServerData<T> } }[Applied]

/**
 * What has to be read before it is applied: messages under this. Of a reaction the seq is not known, nor
 * of what answers a message.
 */
export function wantedBy(live: Live, talk: Talk | undefined): string | undefined {
  const { type, data } = live
  if (!talk) return undefined
  if (type === 'reacted' || type === 'message_updated' || type === 'message_deleted') {
    return under.messages(data.conversation_id)
  }
  if (type === 'read_receipt' || type === 'conversation_updated') {
    // What is left after a mark is counted.
    const isPart = data.read_seq !== undefined && data.read_seq < talk.view.last_seq
    return isPart ? under.messages(data.conversation_id) : undefined
  }
  if (data.reply_to_id !== null) return under.messages(data.conversation_id)
  const isKept = data.seq > talk.after && data.seq <= talk.to
  return isKept ? keys.message(data.conversation_id, data.seq) : undefined
}

/** Under which name a message is known that is looked for by its id. */
export const byId = (message: number) => `id/${message}`

export interface Reader {
  /** My `user_id`. */
  readonly me: string
  readonly windowMax: number
  /** Its time is over: it burns, and was not deleted. */
  isOver(message: Message): boolean
}

/** True where something is left to be asked for. */
export function applyLive(sheet: Sheet, { type, data }: Live, reader: Reader): boolean {
  const talk = sheet.get<Talk>(keys.conversation(data.conversation_id))
  if (!talk) return type !== 'message_deleted'
  switch (type) {
    case 'message':
    case 'group_message':
      return hear(sheet, talk, data, reader)
    case 'message_updated':
      return renew(sheet, talk, data)
    case 'message_deleted': {
      const { conversation_id: id, seq } = data
      const gone = sheet.get<Message>(keys.message(id, seq))
      if (gone && reader.isOver(gone)) {
        change(sheet, id, ({ view }) => ({ view: burned(view, gone, reader.me) }))
      }
      sheet.drop(keys.favorite(data.message_id))
      vanish(sheet, id, seq)
      answered(sheet, id, data.message_id, null)
      return true
    }
    case 'reacted':
      return react(sheet, talk, data)
    case 'read_receipt': {
      // A mark never goes back.
      if (data.read_seq < (talk.receipt?.read_seq ?? 0)) return false
      const left = leftTo(data.reader_user_id, talk, keptOf(sheet, talk), data.read_seq)
      const view = left === undefined ? talk.view : counted(talk.view, reader.me, () => left)
      change(sheet, data.conversation_id, () => ({ receipt: data, view }))
      return left === undefined
    }
    case 'conversation_updated':
      return set(sheet, talk, data, reader)
  }
}

function hear(sheet: Sheet, talk: Talk, message: Message, { me, windowMax }: Reader): boolean {
  const { conversation_id: id, seq } = message
  // Something before it is not there: the cursor brings that, and this.
  if (seq > talk.to + 1) return true
  // Read from history before the cursor came to it: nothing has counted it.
  if (seq <= talk.to) return renew(sheet, talk, message) || seq > talk.view.last_seq
  const said = withAnswered(sheet, message, undefined)
  sheet.put(keys.message(id, seq), said)
  reach(sheet, { ...talk, to: seq, view: withNews(talk, said, me) }, windowMax)
  return false
}

/** Whoever has read all reads what they say themselves. */
const reading = (read_seq: number) => ({ read_seq, is_marked_unread: false })

/** As the server will show it. A mark may have overtaken what it passes. */
function withNews({ view, receipt }: Talk, message: Message, me: string): Conversation {
  const { seq } = message
  const isMine = message.from_user_id === me
  const unread = view.unread + (isMine || seq <= view.read_seq ? 0 : 1)
  const theirs = isMine && seq > (receipt?.read_seq ?? 0) ? 1 : 0
  const news = {
    last_message: message,
    last_message_id: message.id,
    last_message_time: message.created_at,
    updated_at: message.created_at,
    last_seq: seq,
    unread,
    ...(isMine && view.unread === 0 ? reading(Math.max(seq, view.read_seq)) : {}),
    is_archived: view.is_archived && view.is_muted,
  }
  return counted({ ...view, ...news } as Conversation, me, (peers) => peers + theirs)
}

/** Of what overtakes each other the latest stands. What is not there was deleted, or is too old. */
function renew(sheet: Sheet, talk: Talk, message: Message): boolean {
  const { conversation_id: id, seq } = message
  keptAsHeard(sheet, message)
  if (seq > talk.to) return true
  const known = sheet.get<Message>(keys.message(id, seq))
  if (known && known.updated_at >= message.updated_at) return false
  if (known) replace(sheet, talk, withAnswered(sheet, withMine(message, known), known))
  answered(sheet, id, message.id, message)
  return false
}

function react(sheet: Sheet, talk: Talk, { message_id, ...mine }: ServerData<'reacted'>): boolean {
  const last = talk.view.last_message
  const found = sheet.get<Message>(byId(message_id)) ?? (last?.id === message_id ? last : null)
  if (!found) return false
  const known = sheet.get<Message>(keys.message(found.conversation_id, found.seq)) ?? found
  replace(sheet, talk, reacted(known, mine.emoji, mine.is_mine))
  return false
}

function replace(sheet: Sheet, talk: Talk, message: Message): void {
  const { conversation_id: id, seq } = message
  keptAs(sheet, message)
  if (seq > talk.after) sheet.put(keys.message(id, seq), message)
  if (talk.view.last_message?.id !== message.id) return
  const view = { ...talk.view, last_message: message } as Conversation
  change(sheet, id, () => ({ view }))
}

/** Marks only rise; all else is asked for. How much was unread when it was told, may be another count now. */
function set(
  sheet: Sheet,
  talk: Talk,
  data: ServerData<'conversation_updated'>,
  { me }: Reader,
): boolean {
  const { conversation_id: id, read_seq, unread: _, ...settings } = data
  const { view } = talk
  if (read_seq === undefined || read_seq < view.read_seq) return Object.keys(settings).length > 0
  const unread = unreadAfter(talk, keptOf(sheet, talk), me, read_seq)
  if (unread !== undefined) {
    const mark = read_seq > view.read_seq ? reading(read_seq) : {}
    change(sheet, id, () => ({ view: counted({ ...view, ...mark, unread }, me) }))
  }
  // That it is marked unread no more, the mark says already.
  const { is_marked_unread: isMarked, ...rest } = settings
  return Object.keys(rest).length > 0 || isMarked === true || unread === undefined
}

const keptOf = (sheet: Sheet, { view }: Talk) =>
  sheet.entries<Message>(under.messages(view.id)).map(([, message]) => message)
