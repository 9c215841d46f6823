// Bounds of files, with their units, and their rate limits. How large and how many is a setting.
import { bucket, type ClassRow } from '../../core/token-bucket.ts'

export const limits = {
  media: {
    /** What is looked at to say what a file is, before it is processed. */
    headBytes: 4_100,
    /** Of an upload in several requests: what is kept, whole or not at all, while it comes. */
    pieceBytes: 8 * 1024 * 1024,
    /** Uploads under way at one node, of which so many are read at once. */
    intake: {
      turns: 8,
      /** A turn ends after so many bytes, or so long, or as soon as nothing comes for a moment. */
      turnBytes: 4 * 1024 * 1024,
      turnMs: 1_000,
      idleMs: 10,
      /** Who has waited so long is read at once: a line on which nothing moves for 30 s is cut. */
      waitMs: 5_000,
    },
    filenameCharactersMax: 255,
    /** What nothing uses is kept so long after its upload, or after it was last meant for something. */
    unusedMs: 24 * 60 * 60_000,
    /** One that is used is looked at again by then: what used it may have been taken back. */
    againMs: 7 * 24 * 60 * 60_000,
    /** Whoever asks for one that is being processed is told to come again after so long. */
    againSeconds: 1,
    /** Of a removal that was interrupted. */
    removalMs: 10 * 60_000,
    /** Of one's own files, read at once to be taken along. */
    takenRows: 100,
    processing: {
      /** An upload is answered once its file is processed, or after so long. */
      waitMs: 5_000,
      /** The first pause between two looks whether it is; they grow to the second. */
      lookMs: 40,
      lookMsMax: 400,
      /** A job that has not begun by then was lost; so was one that has not ended. */
      firstMs: 60_000,
      againMs: 5 * 60_000,
      lostRows: 200,
      /** Over one and the same file so many workers may die. */
      attemptsMax: 4,
      /** For so long the storage or the scanner may be away. */
      patienceMs: 3 * 24 * 60 * 60_000,
    },
    /** What counts as one day. */
    dayMs: 24 * 60 * 60_000,
  },
} as const

/** Rate limits by the `limit` of an operation or a frame. */
export const buckets = {
  upload: {
    meaning: 'Uploads of files',
    caller: bucket(60, 60),
    account: bucket(100, 100),
    away: 'pass',
  },
  fetch: {
    meaning: 'Links to files',
    caller: bucket(60, 60),
    account: bucket(600, 1_200),
    away: 'pass',
  },
} as const satisfies Record<string, ClassRow>
