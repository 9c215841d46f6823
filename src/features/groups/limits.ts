// Bounds of groups, with their units, and their rate limits. How many and how large they may be is a
// setting of the installation, see config.ts.
import { bucket, type ClassRow } from '../../core/token-bucket.ts'

export const limits = {
  groups: {
    /** What "recent" means to a newcomer, in messages. */
    recentMessages: 100,
    /** Of requests and invitations. */
    requestLifeMs: 30 * 86_400_000,
    announcementsMax: 100,
    /** Messages kept in sight in one group. */
    pinsMax: 50,
    /** Groups with more members are told how many have read a message, not who. */
    readersMax: 500,
    /** Names that one search by letters looks at, of those that begin with the right characters. */
    spelledMax: 2_000,
  },
} as const

/** Rate limits by the `limit` of an operation or a frame. */
export const buckets = {
  group: {
    meaning: 'Making groups',
    caller: bucket(20, 6),
    account: bucket(60, 10),
    away: 'refuse',
  },
} as const satisfies Record<string, ClassRow>
