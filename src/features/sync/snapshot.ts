// A first snapshot: myself, my settings and my conversations, those of last activity first, then friends,
// requests, blocks, invitations, who asks to join, what is kept, and what is scheduled.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import type { Place, Step } from '../../core/position.ts'
import type { SyncEvent } from '../../protocol/sync.ts'
import { cursorOf, listPage } from '../conversations/listing.ts'
import { receiptsIn } from '../conversations/receipts.ts'
import { favoritesBy } from '../favorites/catchup.ts'
import { blocksBy, friendsBy, requestsBy, type Wanted } from '../friends/catchup.ts'
import { invitationsBy, joinRequestsBy } from '../groups/catchup.ts'
import { show } from '../inbox/list.ts'
import { me } from '../people/profile.ts'
import { scheduledBy } from '../scheduling/catchup.ts'
import { get as settings } from '../settings/settings.ts'
import { favoriteOf, scheduledOf } from './account-events.ts'
import { limits } from './limits.ts'
import type { SyncPage } from './page.ts'

/** Before the list of conversations stands who asks. */
export const firstPlace: Place = { step: 'conversations', after: 'me' }

/** Fills the page, step by step; answers where the next begins, null after the last. */
export async function fillSnapshot(
  ctx: Context,
  actor: Actor,
  page: SyncPage,
  begin: Place,
): Promise<Place | null> {
  let place: Place | null = begin
  do place = await fillStep(ctx, actor, page, place)
  while (place && !page.isFull)
  return place
}

async function fillStep(
  ctx: Context,
  actor: Actor,
  page: SyncPage,
  { step, after }: Place,
): Promise<Place | null> {
  if (step === 'conversations') return fillConversations(ctx, actor, page, after)
  const next = contactSteps[contactSteps.indexOf(step as ContactStep) + 1]
  const limit = Math.min(limits.sync.contacts, page.room)
  const found = await contacts[step as ContactStep](ctx, actor, { after: Number(after), limit })
  let last = after
  for (const [key, event] of found) {
    if (!page.add(event)) return { step, after: last }
    last = String(key)
  }
  if (found.length === limit) return { step, after: last }
  return next ? { step: next, after: '0' } : null
}

async function fillConversations(
  ctx: Context,
  actor: Actor,
  page: SyncPage,
  place: string,
): Promise<Place | null> {
  const isFirst = place === firstPlace.after
  if (isFirst) {
    page.addTogether([
      { type: 'me', data: await me(ctx, actor) },
      { type: 'settings', data: await settings(ctx, actor) },
    ])
  }
  const after = isFirst ? '' : place
  const limit = Math.max(1, Math.min(limits.sync.conversations, page.room))
  const { rows, cursor } = await listPage(ctx, actor, {
    kind: 'all',
    archived: 'all',
    cursor: after,
    limit,
  })
  const [shown, receipts] = await Promise.all([
    show(ctx, actor, rows),
    receiptsIn(ctx, actor.id, idsOf(rows)),
  ])
  const views = new Map(shown.map((each) => [each.id, each]))
  const receiptOf = new Map(receipts.map((each) => [each.conversation_id, each]))
  let last = after
  for (const row of rows) {
    const [view, receipt] = [views.get(row.id), receiptOf.get(row.id)]
    const events: SyncEvent[] = []
    if (view) events.push({ type: 'conversation', data: view })
    // There was nothing to be seen before.
    if (receipt && receipt.read_seq > 0) events.push({ type: 'read_receipt', data: receipt })
    if (!page.addTogether(events)) return { step: 'conversations', after: last }
    last = cursorOf(row)
  }
  return cursor?.has_more ? { step: 'conversations', after: last } : { step: 'friends', after: '0' }
}

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id)

type Entry = readonly [key: number, event: SyncEvent]
type ContactStep = Exclude<Step, 'conversations' | 'changes' | 'messages'>

const contactSteps: readonly ContactStep[] = [
  'friends',
  'requests',
  'blocks',
  'invitations',
  'joinRequests',
  'favorites',
  'scheduled',
]

const contacts: Record<
  ContactStep,
  (ctx: Context, actor: Actor, wanted: Wanted) => Promise<Entry[]>
> = {
  friends: async (...asked) =>
    [...(await friendsBy(...asked))].map(([key, data]) => [key, { type: 'friend', data }]),
  requests: async (...asked) =>
    [...(await requestsBy(...asked))].map(([key, data]) => [key, { type: 'friend_request', data }]),
  blocks: async (...asked) =>
    [...(await blocksBy(...asked))].map(([key, data]) => [key, { type: 'block', data }]),
  invitations: async (...asked) =>
    [...(await invitationsBy(...asked))].map(([key, data]) => [
      key,
      { type: 'group_invitation', data },
    ]),
  joinRequests: async (...asked) =>
    [...(await joinRequestsBy(...asked))].map(([key, data]) => [
      key,
      { type: 'join_request', data },
    ]),
  favorites: async (...asked) =>
    [...(await favoritesBy(...asked))].map(([key, data]) => [key, favoriteOf(key, data)]),
  scheduled: async (...asked) =>
    [...(await scheduledBy(...asked))].map(([key, data]) => [key, scheduledOf(key, data)]),
}
