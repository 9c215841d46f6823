// What there is to tell of conversations, each in an order that nothing moves: that it is gone, how it
// stands, how far the other one has read, who in it is not what they were, then by rising seq what changed,
// what burned and what is new; of one that somebody came back into also what they keep of it.
import type { GroupMessage, Message } from '../../protocol/messages.ts'
import type { SyncEvent } from '../../protocol/sync.ts'
import { findMine } from '../conversations/membership.ts'
import { receiptsIn } from '../conversations/receipts.ts'
import { burnedIn } from '../deletions/deleted.ts'
import { favoritesIn } from '../favorites/catchup.ts'
import { fellowsChanged, type Fellow } from '../groups/catchup.ts'
import { show } from '../inbox/list.ts'
import { changedIn, messagesAfter, newsIn, type News } from '../messages/catchup.ts'
import type { Asked } from './asked.ts'

/** Of one conversation; its news are missing where it is not this account's any more. */
export interface Title {
  readonly id: number
  readonly news: News | undefined
  /** The place up to which it was told. */
  readonly told: number
}

export interface Entry {
  readonly id: number
  /** See `places`. */
  readonly place: number
  readonly event: SyncEvent
}

/**
 * Of the entries of one conversation: the members by their accounts, the messages by their seq, then what is
 * kept by its message.
 */
export const places = {
  gone: 1,
  standing: 2,
  receipt: 3,
  messages: 2 ** 51,
  favorites: 2 ** 52,
} as const

const placeOf = (seq: number) => places.messages + seq
const placeOfMember = (user: number) => places.receipt + user
const placeOfFavorite = (message: number) => places.favorites + message

/** Up to which seq it was told, up to which account, and up to which message that is kept. */
const toldSeq = (told: number) => told - places.messages
const toldMember = (told: number) => Math.max(0, told - places.receipt)
const toldFavorite = (told: number) => Math.max(0, told - places.favorites)

export async function titlesOf(
  { ctx, actor, since }: Asked,
  ids: readonly number[],
): Promise<Title[]> {
  const rows = await newsIn(ctx, actor.id, ids, since)
  const news = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => ({ id, news: news.get(id), told: 0 }))
}

/** About how much there is to tell. */
export function lengthOf({ news, told }: Title): number {
  if (!news) return 1
  return places.receipt + Math.max(0, news.last_seq - Math.max(news.first, toldSeq(told)))
}

/**
 * In the order of the titles; of each at most so many new messages, none of them where only the head is
 * wanted.
 */
export async function storiesOf(
  { ctx, actor, since, left, fellows }: Asked,
  titles: readonly Title[],
  messagesMax: number,
): Promise<Entry[]> {
  // What has no word and was not opened stands in no list.
  const listed = titles.flatMap(({ news, told }) => (news?.is_listed ? [{ news, told }] : []))
  const ids = listed.map(({ news }) => news.id)
  const ranges = listed.map(({ news: { id, first }, told }) => {
    return { id, after: Math.max(first, toldSeq(told)) }
  })
  // What burned may stand below what is new.
  const holes = listed.map(({ news: { id }, told }) => ({ id, after: toldSeq(told) }))
  const inside = listed.flatMap(({ news: { id }, told }) =>
    told < places.messages ? [{ id, after: toldMember(told) }] : [],
  )
  const back = listed.flatMap(({ news: { id, is_back: isBack }, told }) =>
    isBack ? [{ id, after: toldFavorite(told) }] : [],
  )
  const [shown, receipts, messages, changed, burned, members, favorites] = await Promise.all([
    findMine(ctx.sql, ids, actor.id).then((rows) => show(ctx, actor, rows)),
    receiptsIn(ctx, actor.id, ids),
    messagesMax === 0 ? [] : messagesAfter(ctx, actor.id, ranges, messagesMax),
    messagesMax === 0 ? [] : changedIn(ctx, actor.id, ids, since),
    messagesMax === 0 ? [] : burnedIn(ctx.sql, actor.id, holes, since, messagesMax),
    messagesMax === 0 ? [] : fellowsChanged(ctx, actor, inside, { since, fellows }, messagesMax),
    messagesMax === 0 ? [] : favoritesIn(ctx, actor, back, messagesMax),
  ])
  const views = new Map(shown.map((each) => [each.id, each]))
  const receiptOf = new Map(receipts.map((each) => [each.conversation_id, each]))
  const saidIn = Map.groupBy(messages, (each) => each.conversation_id)
  const fellowsOf = Map.groupBy(members, (each) => each.conversation_id)
  const burnedOf = Map.groupBy(burned, (each) => each.conversation_id)
  const changedOf = Map.groupBy(changed, (each) => each.conversation_id)
  const keptOf = Map.groupBy(favorites, ({ message }) => message.conversation_id)

  const storyOf = ({ id, news }: Title): [place: number, event: SyncEvent][] => {
    const [view, receipt] = [views.get(id), receiptOf.get(id)]
    if (!view) {
      const isGone = news ? news.is_listed : left.has(id)
      return isGone ? [[places.gone, goneFrom(id)]] : []
    }
    const version = news?.version ?? 0
    return [
      // Who left and came back keeps nothing of what was said before.
      ...(news?.is_anew ? [[places.gone, goneFrom(id)] as const] : []),
      [places.standing, { type: 'conversation', data: view }],
      ...(receipt ? [[places.receipt, { type: 'read_receipt', data: receipt }] as const] : []),
      ...(fellowsOf.get(id) ?? []).map(
        (each) => [placeOfMember(each.user), fellowOf(each)] as const,
      ),
      ...[
        ...(changedOf.get(id) ?? []).map(
          (each) => [placeOf(each.seq), updateOf(each, version)] as const,
        ),
        ...(saidIn.get(id) ?? []).map((each) => [placeOf(each.seq), messageOf(each)] as const),
        ...(burnedOf.get(id) ?? []).map(
          (data) => [placeOf(data.seq), { type: 'message_deleted', data }] as const,
        ),
      ].toSorted(([a], [b]) => a - b),
      ...(keptOf.get(id) ?? []).map(
        (data) => [placeOfFavorite(data.message_id), { type: 'favorite', data }] as const,
      ),
    ] as [number, SyncEvent][]
  }
  return titles.flatMap((title) =>
    storyOf(title).flatMap(([place, event]) => {
      return place > title.told ? [{ id: title.id, place, event }] : []
    }),
  )
}

const goneFrom = (conversation_id: number): SyncEvent => {
  return { type: 'conversation_removed', data: { conversation_id } }
}

const updateOf = (message: Message, version: number): SyncEvent => ({
  type: 'message_updated',
  data: { ...message, conversation_version: version },
})

function fellowOf({ conversation_id, group_id, user: id, user_id, member }: Fellow): SyncEvent {
  return member
    ? { type: 'group_member', data: { conversation_id, member } }
    : { type: 'group_member_removed', data: { conversation_id, group_id, id, user_id } }
}

const messageOf = (message: Message): SyncEvent =>
  message.group_id === undefined
    ? { type: 'message', data: message }
    : { type: 'group_message', data: message as GroupMessage }
