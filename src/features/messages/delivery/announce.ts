// What a committed batch becomes: frames, encoded once; what sockets get of them; a job for the workers.
import type { HandedJob, MessageItem, MessagesJob } from '../../../infra/queues.ts'
import type { Broadcast, ChannelFrame, Envelope, Origin, Route } from '../../../infra/relay.ts'
import { messageTypes as types } from '../../../protocol/messages.types.ts'
import { addressOf } from '../../conversations/audience.ts'
import type { ConversationRef } from '../../conversations/directory.ts'
import type { Accepted, Draft } from '../commit/draft.ts'
import { freshMessage, messageFrame } from '../view.ts'

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
  /** Whom each is for, as far as this process knows: those who were in it when it was stored. */
  readonly users: readonly (readonly number[] | null)[]
  /** Some of it burns. */
  readonly isBurning: boolean
}

/** Of a group, by the version its members had. */
export type Remembered = (
  group: number,
  version: string | null,
  seq: number,
) => readonly number[] | null

export function batchOf(
  outbox: number,
  stored: readonly StoredMessage[],
  { at, remembered }: { at: number; remembered: Remembered },
): Batch {
  const seconds = Math.floor(at / 1000)
  const users = stored.map(({ draft: { ref }, accepted: { seq, membersVersion } }) => {
    const to = addressOf(ref)
    return typeof to === 'number' ? remembered(ref.id, membersVersion, seq) : to
  })
  return {
    outbox,
    at,
    users,
    isBurning: stored.some(({ accepted }) => accepted.expiresAt !== null),
    items: stored.map(({ draft, accepted }, index) => {
      const { id: m, seq: s, follows: f } = accepted
      const item = itemOf(draft.ref, { m, s, by: draft.senderId, x: draft.origin, f })
      const isTold = item.to === 0 && users[index]
      return isTold ? { ...item, to: 1, v: accepted.membersVersion } : item
    }),
    frames: stored.map(({ draft, accepted }) =>
      messageFrame(freshMessage(draft, accepted), draft.ref, seconds),
    ),
  }
}

/** A message as a channel is told of it. */
export function channelFrame(
  said: { seq: number; by: number; type: number; frame: string },
  origin: Origin = '',
): ChannelFrame {
  const { seq, by, type, frame } = said
  return { kind: type === types.system ? 'system' : 'message', seq, about: seq, by, origin, frame }
}

type InChannel = Pick<MessageItem, 'c' | 's' | 'by' | 'x'> & { readonly frame: string }

/** One broadcast per conversation. No system messages. */
export function broadcastsOf(at: number, said: readonly InChannel[]): Broadcast[] {
  const byConversation = Map.groupBy(said, ({ c }) => c)
  return [...byConversation].map(([conversation, all]) => {
    const frames = all.map(({ s: seq, by, x, frame }) =>
      channelFrame({ seq, by, type: types.text, frame }, x),
    )
    return { at, conversation, frames }
  })
}

/** What is for groups whose members are not known here: it may be for a channel. */
export function inGroups({ items, frames }: Pick<Batch, 'items' | 'frames'>): InChannel[] {
  return items.flatMap((item, index) => {
    return item.to === 0 ? [{ ...item, frame: frames[index] as string }] : []
  })
}

/** What is for people that are known. */
export function envelopeOf({ at, items, frames, users }: Batch): Envelope {
  const routes: Route[] = []
  const own: string[] = []
  items.forEach(({ c, s, x, f }, index) => {
    const to = users[index]
    if (!to) return
    routes.push({ conversation: c, seq: s, follows: f, origin: x, users: to })
    own.push(frames[index] as string)
  })
  return { at, routes, frames: own }
}

/**
 * `here`: the node whose sockets have had what is for people that are known. What burns stands in no job,
 * which may be kept for longer: the worker reads it.
 */
export function jobOf(batch: Batch, here: string | undefined): MessagesJob {
  const { outbox, at, items, frames, isBurning } = batch
  const carried = isBurning ? '' : frames.join('\n')
  return { outbox, at, items, frames: carried, ...(here === undefined ? {} : { here }) }
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
