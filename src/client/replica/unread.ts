// How much is unread, as the server counts it: what others have said after the mark, system messages as
// well, and what was deleted for oneself too; not what has burned. Pure.
import type { Message } from '../../protocol/messages.ts'
import type { Conversation, Talk } from './keys.ts'

/**
 * What would be unread after this mark. Where nothing is kept, something was said by somebody, or it has
 * burned: undefined where that cannot be told apart.
 */
export function unreadAfter(
  { view, after, to, gone = [] }: Talk,
  kept: readonly Message[],
  me: string,
  mark: number,
): number | undefined {
  const { last_seq: last, read_seq: read, unread } = view
  if (mark >= last) return 0
  if (mark <= read) return unread
  if (after > mark || to < last) return undefined
  const said = [...kept, ...gone]
  const above = standing(said, me, mark, last)
  if (above.holes === 0) return above.others
  const all = standing(said, me, read, last)
  const counting = after > read ? undefined : unread - all.others
  if (counting === 0) return above.others
  return counting === all.holes ? above.others + above.holes : undefined
}

/** The same of the other one of two people, of whom less is known; in a group nobody is shown it. */
export function leftTo(
  reader: string,
  { view, after, to, gone = [] }: Talk,
  kept: readonly Message[],
  mark: number,
): number | undefined {
  if (mark >= view.last_seq || view.kind === 'group') return 0
  const above = standing([...kept, ...gone], reader, mark, view.last_seq)
  return after > mark || to < view.last_seq || above.holes > 0 ? undefined : above.others
}

/** What burns is unread no more; what is deleted for oneself is as it was. */
export function burned(view: Conversation, message: Message, me: string): Conversation {
  const isUnread = message.seq > view.read_seq && message.from_user_id !== me
  return isUnread ? counted({ ...view, unread: Math.max(0, view.unread - 1) }, me) : view
}

function standing(said: NonNullable<Talk['gone']>, me: string, after: number, to: number) {
  const there = said.filter(({ seq }) => seq > after && seq <= to)
  const others = there.filter(({ from_user_id: by }) => by !== me).length
  return { others, holes: to - after - there.length }
}

/** Between two people the count has a second name, and the other one has theirs, if it is shown. */
export function counted(
  view: Conversation,
  me: string,
  peers = (count: number) => count,
): Conversation {
  if (view.kind === 'group') return view
  const [own, others] =
    view.user1_id === me
      ? (['user1_unread', 'user2_unread'] as const)
      : (['user2_unread', 'user1_unread'] as const)
  const count = view[others]
  return { ...view, [own]: view.unread, [others]: count === null ? null : peers(count) }
}
