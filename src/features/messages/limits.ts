// Bounds of messages, with their units, and their rate limits.
import { bucket, type ClassRow } from '../../core/token-bucket.ts'

export const limits = {
  message: {
    /**
     * A message this much older than its successor is surely delivered; a position this old says
     * nothing, for the node may have hosted nobody of the conversation since.
     */
    followsMs: 2_000,
    charactersMax: 5_000,
    bytesMax: 16 * 1024,
    recallMs: 2 * 60_000,
    editMs: 24 * 60 * 60_000,
    /** What a message said before is kept, all of it: so often it can be edited. */
    editsMax: 20,
    /** Kinds of emoji on one message. */
    emojiMax: 20,
    /** People one message mentions by name. */
    mentionsMax: 50,
  },

  writer: {
    connections: 2,
    /** Messages in one statement. */
    batchMax: 512,
    transactionsMax: 2,
    /** A draft whose group changes under it is judged again so often. */
    roundsMax: 10,
    /** Messages waiting for a commit in this process; beyond it sends answer `busy`. */
    queueMax: 8_192,
    queueBytesMax: 32 * 1024 * 1024,
    /** A batch that has not come back by then is answered "unknown" and its connection dropped. */
    deadlineMs: 10_000,
  },

  /** How batches grow with the load. */
  pacer: {
    /** Conversations written in within this time, or twice it, are about. */
    seenMs: 20,
    /** Up to so many are no load. */
    alone: 4,
    waitMsPerConversation: 0.3,
    waitMsMax: 5,
    /** Another transaction begins beside one when so many wait, or when it has taken so long. */
    besideFrom: 32,
    besideAfterMs: 10,
  },

  /** Jobs of batches whose people have their frames: nobody waits for them. */
  handed: { gatherMs: 100, messagesMax: 512 },

  /** What a node asks the database for because it did not come. */
  missed: {
    messagesMax: 256,
    /** Where it is not known since when: longer than workers are late who are not overwhelmed. */
    recentMs: 30_000,
    /** Gaps in one question. */
    gapsMax: 100,
  },

  ticket: {
    lifeMs: 30_000,
  },
} as const

/** Rate limits by the `limit` of an operation or a frame. */
export const buckets = {
  ticket: {
    meaning: 'Tickets for sockets',
    caller: bucket(60, 60),
    account: bucket(120, 120),
    away: 'refuse',
  },
  send: {
    meaning: 'Messages, over REST and sockets together',
    caller: bucket(60, 60),
    account: bucket(2_000, 6_000),
    away: 'pass',
  },
  forward: {
    meaning: 'Passing messages on, each call to up to 20 targets',
    caller: bucket(60, 60),
    account: bucket(20, 30),
    away: 'pass',
  },
  react: {
    meaning: 'Reactions to messages, put and taken back',
    caller: bucket(60, 60),
    account: bucket(60, 120),
    away: 'pass',
  },
} as const satisfies Record<string, ClassRow>
