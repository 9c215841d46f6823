// What is shown: what is kept, with the changes over it that are not in it yet. What is kept stays as the
// server has it, so a change that is refused has only to go.
import type { Favorite } from '../../protocol/favorites.ts'
import type { Message } from '../../protocol/messages.ts'
import type { ScheduledMessage } from '../../protocol/scheduled.ts'
import {
  isOvertaken,
  laneOf,
  laneOfConversation,
  laneOfMessage,
  laneOfScheduled,
  type Change,
} from './change.ts'
import type { Conversation, Waiting } from './keys.ts'
import { withoutLast } from './page.ts'
import { counted } from './unread.ts'

export class Shown {
  readonly #lanes = new Map<string, Change[]>()

  /** In the order in which they are made; `today` in Unix milliseconds. */
  constructor(
    changes: readonly Change[],
    private readonly today: () => number,
  ) {
    for (const change of changes) {
      if (change.state === 'failed') continue
      const lane = laneOf(change)
      this.#lanes.set(lane, [...(this.#lanes.get(lane) ?? []), change])
    }
  }

  conversation(view: Conversation, me: string): Conversation {
    if (this.#lanes.size === 0) return view
    let shown = view
    for (const change of this.#lanes.get(laneOfConversation(view.id)) ?? []) {
      shown = this.#set(shown, change, me)
    }
    const { last_message: last } = view
    const now = last && this.message(last)
    if (now === last) return shown
    return now ? ({ ...shown, last_message: now } as Conversation) : withoutLast(shown)
  }

  /** Undefined: it is there no more. */
  message<M extends Message>(message: M): M | undefined {
    let shown: M | undefined = message
    for (const change of this.#ofMessage(message)) shown = shown && changed(shown, change)
    return shown
  }

  /** Undefined: it is kept no more, or its message is there no more. */
  favorite(kept: Favorite): Favorite | undefined {
    const isRemoved = this.#ofMessage(kept.message).some(({ name }) => name === 'favorites.remove')
    const message = isRemoved ? undefined : this.message(kept.message)
    return message && { ...kept, message }
  }

  /** Not where it waits to be cancelled. */
  isScheduled({ id }: ScheduledMessage): boolean {
    return !this.#lanes.has(laneOfScheduled(id))
  }

  /** What waits to be said itself, with what waits behind it. */
  waiting(each: Waiting): Waiting | undefined {
    const { message, sent } = each
    let shown: Waiting | undefined = each
    for (const { name, input } of this.#ofMessage({ ...message, id: sent?.id ?? 0 })) {
      if (name === 'messages.recall' || name === 'messages.delete') shown = undefined
      if (shown && name === 'messages.edit') {
        shown = { ...shown, message: { ...shown.message, content: input.content } }
      }
    }
    return shown
  }

  #ofMessage({ id, client_msg_id }: Pick<Message, 'id' | 'client_msg_id'>): readonly Change[] {
    if (this.#lanes.size === 0) return []
    const names = [id, client_msg_id]
    return names.flatMap((name) => this.#lanes.get(laneOfMessage(name)) ?? [])
  }

  #set(view: Conversation, change: Change, me: string): Conversation {
    switch (change.name) {
      case 'conversations.pin':
        return { ...view, is_pinned: change.input.is_pinned }
      case 'conversations.mute': {
        const { is_muted: is, until } = change.input
        const isOver = until !== undefined && Date.parse(until) <= this.today()
        return { ...view, is_muted: is && !isOver }
      }
      case 'conversations.archive':
        if (isOvertaken(change, view)) return view
        return { ...view, is_archived: change.input.is_archived ?? true }
      case 'conversations.markUnread':
        return { ...view, is_marked_unread: change.input.is_marked_unread ?? true }
      case 'conversations.draft':
        return drafted(view, change)
      case 'conversations.read':
        return read(view, change, me)
      default:
        return view
    }
  }
}

type Of<N extends Change['name']> = Extract<Change, { readonly name: N }>

function drafted(view: Conversation, { at, input }: Of<'conversations.draft'>): Conversation {
  const { draft: _, ...rest } = view
  const { content, reply_to_id = null } = input
  if (content === '') return rest as Conversation
  return { ...rest, draft: { content, reply_to_id, updated_at: timeOf(at) } } as Conversation
}

/** What came since is unread, and what was left. */
function read(view: Conversation, change: Of<'conversations.read'>, me: string): Conversation {
  const { input, stood } = change
  const { seq = view.last_seq } = input
  if (seq <= view.read_seq) return { ...view, is_marked_unread: false }
  const since = Math.max(0, view.unread - (stood?.unread ?? view.unread))
  const unread = seq >= view.last_seq ? 0 : Math.min(view.unread, (stood?.left ?? 0) + since)
  return counted({ ...view, read_seq: seq, unread, is_marked_unread: false }, me)
}

function changed<M extends Message>(message: M, change: Change): M | undefined {
  const { is_recalled } = message
  switch (change.name) {
    case 'messages.edit':
      if (is_recalled) return message
      return { ...message, content: change.input.content, edited_at: timeOf(change.at) }
    case 'messages.recall': {
      const { reactions: _, media_id: __, ...rest } = message
      const empty = { content: '', media_url: '', is_recalled: true }
      const named = message.at_users === undefined ? {} : { at_users: '[]' }
      return is_recalled
        ? message
        : ({ ...rest, ...empty, ...named, recalled_at: timeOf(change.at) } as unknown as M)
    }
    case 'messages.react':
    case 'messages.unreact':
      return reacted(message, change.input.emoji, change.name === 'messages.react')
    case 'messages.delete':
      return undefined
    default:
      return message
  }
}

function reacted<M extends Message>(message: M, emoji: string, is: boolean): M {
  const all = message.reactions ?? []
  const known = all.find((each) => each.emoji === emoji)
  if (Boolean(known?.mine) === is) return message
  const count = (known?.count ?? 0) + (is ? 1 : -1)
  const now = is ? { emoji, count, mine: true } : { emoji, count }
  const others = known ? all.map((each) => (each === known ? now : each)) : [...all, now]
  const reactions = others.filter((each) => each.count > 0)
  const { reactions: _, ...rest } = message
  return (reactions.length === 0 ? rest : { ...rest, reactions }) as M
}

const timeOf = (at: number) => new Date(at).toISOString()
