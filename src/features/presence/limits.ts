// Bounds of presence, with their units, and its rate limit.
import { bucket, type ClassRow } from '../../core/token-bucket.ts'

export const limits = {
  presence: {
    /** How often a node looks at those who are watched there, and at how many in one go. */
    lookMs: 2_000,
    lookMax: 1_000,
    /**
     * Nobody is away before they have been missing for so long. With the lease of a node that dies and
     * one look it stays below 45 s.
     */
    graceMs: 10_000,
  },
} as const

/** Rate limits by the `limit` of an operation or a frame. */
export const buckets = {
  watch: {
    meaning: 'Choosing whose presence one watches',
    caller: bucket(60, 60),
    account: bucket(60, 60),
    away: 'pass',
  },
} as const satisfies Record<string, ClassRow>
