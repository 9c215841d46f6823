// Bounds of groups, with their units, and their rate limits.
import { bucket, type ClassRow } from '../../core/token-bucket.ts'

export const limits = {
  groups: {
    /** If whoever makes one asks for nothing else; up to 10,000, as the protocol says. */
    membersDefault: 500,
    perPersonMax: 500,
    /** What "recent" means to a newcomer, in messages. */
    recentMessages: 100,
    /** Requests that wait in one group. */
    requestsMax: 500,
    /** Of requests and invitations. */
    requestLifeMs: 30 * 86_400_000,
    /** Links of one group that work. */
    linksMax: 20,
    announcementsMax: 100,
    /** Messages kept in sight in one group. */
    pinsMax: 50,
    /** Groups with more members are told how many have read a message, not who. */
    readersMax: 500,
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
