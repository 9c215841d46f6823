// What a committed batch becomes: frames, encoded once; what sockets get of them; a job for the workers.
import type { HandedJob, MessageItem, MessagesJob } from '../../infra/queues.ts'
import type { Envelope, Route } from '../../infra/relay.ts'
import { addressOf } from '../conversations/audience.ts'
import type { ConversationRef } from '../conversations/directory.ts'
import type { Accepted, Draft } from './draft.ts'
import { freshMessage, messageFrame } from './view.ts'

export interface StoredMessage {
  readonly draft: Draft
  readonly accepted: Accepted
}

export interface Batch {
  readonly outbox: number
  /** Unix ms of the commit. */
  readonly at: number
  readonly items: readonly MessageItem[]
  /** One per item. */
  readonly frames: readonly string[]
}

export function batchOf(outbox: number, stored: readonly StoredMessage[], at: number): Batch {
  const seconds = Math.floor(at / 1000)
  return {
    outbox,
    at,
    items: stored.map(({ draft, accepted }) =>
      itemOf(draft.ref, {
        m: accepted.id,
        s: accepted.seq,
        by: draft.senderId,
        x: draft.origin,
        f: accepted.follows,
      }),
    ),
    frames: stored.map(({ draft, accepted }) =>
      messageFrame(freshMessage(draft, accepted), draft.ref, seconds),
    ),
  }
}

/** What is for people; channels are told otherwise. */
export function envelopeOf({ at, items, frames }: Batch): Envelope {
  const routes: Route[] = []
  const own: string[] = []
  items.forEach(({ c, s, x, f, to }, index) => {
    if (to === 0) return
    routes.push({ conversation: c, seq: s, follows: f, origin: x, users: to })
    own.push(frames[index] as string)
  })
  return { at, routes, frames: own }
}

/** `here`: the node whose sockets have had those for people. */
export function jobOf({ outbox, at, items, frames }: Batch, here: string | undefined): MessagesJob {
  return { outbox, at, items, frames: frames.join('\n'), ...(here === undefined ? {} : { here }) }
}

/** One job for many batches, without their frames. */
export function handedJobOf(here: string, batches: readonly Batch[]): HandedJob {
  return {
    here,
    at: batches[0]?.at ?? 0,
    batches: batches.map(({ outbox, items }) => ({ outbox, items })),
  }
}

export function itemOf(
  ref: ConversationRef,
  item: Pick<MessageItem, 'm' | 's' | 'by' | 'x' | 'f'>,
): MessageItem {
  return { ...item, c: ref.id, to: addressOf(ref) }
}
