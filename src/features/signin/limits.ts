// Bounds of signing in, with their units, and its rate limits.
import { bucket, type ClassRow, type NameRow } from '../../core/token-bucket.ts'

export const limits = {
  sessions: {
    perUserMax: 50,
    knownDevicesMax: 100,
    /** Characters kept of what a program says it is. */
    deviceNameMax: 200,
    /** Where somebody signed in within this time is known ground. Ended ones are kept as long. */
    knownPlaceMs: 30 * 86_400_000,
  },

  code: {
    lifeMs: 5 * 60_000,
    /** Tries against one code from the place that asked for it, and from all others together. */
    attemptsMax: 5,
    /** The same for all codes of one address in an hour. */
    attemptsPerHourMax: 20,
  },

  /**
   * Each hash takes 19 MiB and a core for 25 to 50 ms, see core/fair-queue.ts. One at a time: all else
   * that a process does keeps the other cores. A line holds all tries that one name has at a place;
   * it is ten times as long where many stand behind one address, as with buckets.
   */
  password: { parallelMax: 1, waitingMax: 256, lineMax: 24, workMs: 50 },

  token: {
    refreshDays: 30,
    /** How long the device that spent a refresh token may show it again. */
    refreshGraceMs: 10_000,
  },
} as const

/** Rate limits by the `limit` of an operation or a frame. */
export const buckets = {
  code: {
    meaning: 'Asking for a mailed code',
    caller: bucket(60, 12),
    account: bucket(5, 1),
    away: 'refuse',
  },
  check: {
    meaning:
      'Trying a mailed code, or one’s own password: to check, register, sign in, reset, leave',
    caller: bucket(200, 60),
    account: bucket(10, 1),
    away: 'refuse',
  },
  login: {
    meaning: 'Signing in or up with a password',
    caller: bucket(200, 60),
    account: bucket(10, 1),
    away: 'refuse',
  },
  refresh: {
    meaning: 'Refreshing tokens: nothing can be guessed, and it must work without Redis',
    caller: bucket(600, 600),
    account: bucket(60, 60),
    away: 'pass',
  },
} as const satisfies Record<string, ClassRow>

/** By the address or name somebody claims, whether or not there is such an account. */
export const names = {
  code: {
    meaning: 'Codes mailed to one address',
    here: bucket(5, 1),
    everywhere: bucket(20, 0.2),
  },
  password: {
    meaning: 'Wrong passwords for one name; right ones are not counted',
    here: bucket(20, 1),
    everywhere: bucket(60, 1),
  },
} as const satisfies Record<string, NameRow>
