// What is new since a cursor: in one page where it fits, else by pages in an order that nothing moves.
import type { Place } from '../../core/position.ts'
import { kinds } from '../../protocol/kept.ts'
import type { Asked } from './asked.ts'
import { limits } from './limits.ts'
import type { SyncPage } from './page.ts'
import { lengthOf, places, storiesOf, titlesOf, type Title } from './conversation-events.ts'
import { accountEvents } from './account-events.ts'

/** Answers where the next page begins, null when all that is new is in this one. */
export async function fillDelta(asked: Asked, page: SyncPage): Promise<Place | null> {
  const titles = await titlesOf(asked, asked.conversations)
  const length = titles.reduce((sum, title) => sum + lengthOf(title), asked.things.length)
  const byActivity = titles.toSorted((a, b) => activityOf(b) - activityOf(a))
  if (length <= page.room) {
    const things = await accountEvents(asked.ctx, asked.actor, asked.things)
    const stories = await storiesOf(asked, byActivity, page.room)
    if (page.addAll([...things, ...stories].map(({ event }) => event))) return null
  }
  // The list as it looks now, as far as it fits; the pages after this one tell all, these too.
  const first = byActivity.slice(0, limits.sync.conversations)
  for (const { place, event } of await storiesOf(asked, first, 0)) {
    if (place <= places.receipt && !page.add(event)) break
  }
  return { step: 'changes', after: '' }
}

const activityOf = ({ news }: Title) => news?.active_at ?? 0

export function goOn(asked: Asked, page: SyncPage, { step, after }: Place): Promise<Place | null> {
  return step === 'changes' ? goOnThings(asked, page, after) : goOnMessages(asked, page, after)
}

const numbersOf = (after: string) => after.split(' ').filter(Boolean).map(Number)

/** `after`: kind and number of the last one shown. */
async function goOnThings(asked: Asked, page: SyncPage, after: string): Promise<Place | null> {
  const [kind = -1, ref = 0] = numbersOf(after)
  const left = asked.things.filter(
    (thing) => kinds[thing.kind] > kind || (kinds[thing.kind] === kind && thing.ref > ref),
  )
  const some = left.slice(0, Math.min(limits.sync.contacts, page.room))
  let last = after
  for (const { thing, event } of await accountEvents(asked.ctx, asked.actor, some)) {
    if (!page.add(event)) return { step: 'changes', after: last }
    last = `${kinds[thing.kind]} ${thing.ref}`
  }
  // What is not there any more tells nothing, and is behind this page too.
  const end = some.at(-1)
  if (end) last = `${kinds[end.kind]} ${end.ref}`
  return left.length > some.length
    ? { step: 'changes', after: last }
    : { step: 'messages', after: '' }
}

/** `after`: conversation and place of the last entry shown. */
async function goOnMessages(asked: Asked, page: SyncPage, after: string): Promise<Place | null> {
  const [id = 0, place = 0] = numbersOf(after)
  const ids = asked.conversations.filter((each) => each >= id)
  const titles = (await titlesOf(asked, ids)).map((title) => {
    return title.id === id ? { ...title, told: place } : title
  })
  let last = after
  for (let from = 0; from < titles.length;) {
    const some = startOf(titles.slice(from), page.room)
    for (const entry of await storiesOf(asked, some, page.room + 1)) {
      if (!page.add(entry.event)) return { step: 'messages', after: last }
      last = `${entry.id} ${entry.place}`
    }
    from += some.length
  }
  return null
}

/** As many as may fill the page, and no more than are looked into at once. */
function startOf(titles: readonly Title[], room: number): Title[] {
  let length = 0
  const end = titles.findIndex((title) => (length += lengthOf(title)) > room)
  return titles.slice(0, Math.min(end < 0 ? titles.length : end + 1, limits.sync.conversations))
}
