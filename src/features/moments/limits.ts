// Bounds of moments, with their units, and their rate limit.
import { bucket, type ClassRow } from '../../core/token-bucket.ts'

export const limits = {
  moments: {
    contentCharactersMax: 2_000,
    imagesMax: 9,
    commentCharactersMax: 500,
    /** Likes and comments that come along with one moment; the rest by pages. */
    responsesShown: 100,
    /** Of each moment in a list: the newest ones. */
    listedLikesMax: 20,
    listedCommentsMax: 10,
    /** Newest moments of everybody that a timeline looks at first, for each friend and in all. */
    recentPerFriend: 4,
    recentMax: 20_000,
    /** Pages that are merged at once after that look found too little, and readers remembered. */
    quietPages: 50,
    quietReadersMax: 20_000,
    /** Rows that a page number may skip; further down a cursor leads. */
    skippedMax: 10_000,
    /** People who hear of one like or comment, those who took part last. */
    listenersMax: 500,
  },
} as const

/** Rate limits by the `limit` of an operation or a frame. */
export const buckets = {
  post: {
    meaning: 'Moments, comments, likes',
    caller: bucket(60, 60),
    account: bucket(1_000, 600),
    away: 'pass',
  },
} as const satisfies Record<string, ClassRow>
