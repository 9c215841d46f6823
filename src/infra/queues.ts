// Port: hands jobs to the workers. A job is at least once; its data holds ids, never secrets.

import type { Origin } from './relay.ts'

/** One queue per kind of work, so that operators scale each by itself. */
export const queueNames = ['delivery', 'fanout', 'push', 'email', 'media', 'maintenance'] as const
export type QueueName = (typeof queueNames)[number]

/** Frames of one committed batch, on their way to the people they are for. */
export interface MessagesJob {
  readonly outbox: number
  /** Unix ms of the commit; see limits.delivery.freshMs. */
  readonly at: number
  /** Per message, see MessageItem. */
  readonly items: readonly (MessageItem | EarlierItem)[]
  /** One frame per item, separated by line breaks; empty once stale. */
  readonly frames: string
  /** The node whose sockets have had those for people; absent in jobs of before. */
  readonly here?: string | undefined
}

/** Batches that their node, the only one as far as it knew, has handed to its sockets itself. */
export interface HandedJob {
  readonly here: string
  /** Unix ms of the first commit. */
  readonly at: number
  /** All for people, none for a channel. */
  readonly batches: readonly Pick<MessagesJob, 'outbox' | 'items'>[]
}

/**
 * What a job knows of its audience: these two, one with themselves, or whoever is a member when it is done:
 * 0, or 1 if the job's `here` has told those of them who are connected there.
 */
export type To = readonly [number, number] | readonly [number] | 0 | 1

/**
 * Short names, for there is one per message: the message's id, its conversation, seq and sender,
 * what it came by, its audience, and whether the message before it was committed a moment ago.
 */
export interface MessageItem {
  readonly m: number
  readonly c: number
  readonly s: number
  readonly by: number
  readonly x: Origin
  readonly to: To
  readonly f: boolean
  /** Of a group that was told by the job's `here`: which version of its members heard it. */
  readonly v?: string | null | undefined
}

/**
 * As nodes of the version before wrote it: such jobs may wait in Redis when the workers are new.
 * The other way round is not provided for, a worker of before does not know `to`: in an upgrade
 * workers come first.
 */
export interface EarlierItem extends Omit<MessageItem, 'to'> {
  readonly u1: number
  readonly u2: number
}

export function toOf(item: MessageItem | EarlierItem): To {
  if ('to' in item) return item.to
  return item.u1 === 0 ? 0 : [item.u1, item.u2]
}

export interface Jobs {
  delivery: {
    messages: MessagesJob
    handed: HandedJob
    /** Messages or events whose own job never came: the worker reads them by outbox id. */
    recover: { readonly outbox: number }
    events: { readonly outbox: number }
  }
  fanout: {
    /** Notifications for one page of a channel's members; what for is read when it is done. */
    page: { readonly conversation: number; readonly after: number }
  }
  push: {
    /** To one browser: each has its own outcome and its own pauses. */
    deliver: { readonly subscription: number; readonly conversation: number }
    /** What it shows of a conversation is not true any more. */
    update: {
      readonly subscription: number
      readonly conversation: number
      /** Only in other words: of use where words are shown. */
      readonly isEdit: boolean
    }
    notify: { readonly user: number; readonly conversation: number }
  }
  email: {
    letter: { readonly kind: string; readonly sealed: string }
    /** What waits for somebody who is away; looked up when it is done. `at`: when it was due. */
    digest: { readonly user: number; readonly at: number }
  }
  media: {
    /** A file that has been uploaded: what it is, and what may be shown of it. */
    process: { readonly media: number }
  }
  maintenance: {
    /** An account whose time of grace is over. */
    erase: { readonly user: number }
    /** Somebody's data, to be made into a ZIP. */
    export: { readonly export: number }
  }
}

export interface JobOptions {
  /** The same id is queued once while it waits. */
  readonly id?: string
  /** One job per key at a time; one more is kept when it comes while the first is running. */
  readonly collapse?: string
  readonly delayMs?: number
}

export interface Queues {
  /** Rejects with `cacheUnavailable` while Redis is away; what must not be lost is in the outbox. */
  add<Q extends QueueName, N extends keyof Jobs[Q] & string>(
    queue: Q,
    name: N,
    data: Jobs[Q][N],
    options?: JobOptions,
  ): Promise<void>
  /** Jobs of one queue that nobody has begun. */
  waiting(queue: QueueName): Promise<number>
  /** Jobs waiting, delayed, active and failed of each queue. */
  depths(): Promise<Record<QueueName, Depth>>
  close(): Promise<void>
}

export interface Depth {
  readonly waiting: number
  readonly delayed: number
  readonly active: number
  readonly failed: number
}
