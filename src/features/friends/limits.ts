// Bounds of friends, with their units, and their rate limits.
import { bucket, type ClassRow } from '../../core/token-bucket.ts'

export const limits = {
  friends: {
    /** Those told at once that somebody they know changed their profile. */
    pagePeers: 1_000,
    perPersonMax: 5_000,
    blocksMax: 5_000,
    /** Requests somebody made that wait, and as many made to them. A list shows no more. */
    waitingMax: 500,
    requestLifeMs: 30 * 86_400_000,
    /** People a search answers. */
    foundMax: 20,
  },
} as const

/** Rate limits by the `limit` of an operation or a frame. */
export const buckets = {
  request: {
    meaning: 'Asking people to be friends, inviting them',
    caller: bucket(60, 6),
    account: bucket(500, 10),
    away: 'refuse',
  },
  search: {
    meaning: 'Searching for people, groups, messages',
    caller: bucket(60, 60),
    account: bucket(600, 300),
    away: 'refuse',
  },
} as const satisfies Record<string, ClassRow>
