// Bounds of push, with their units.

export const limits = {
  push: {
    subscriptionsPerUserMax: 20,
    /** A notification that nobody took by then is dropped. */
    lifeMs: 24 * 3_600_000,
    /** Attempts in vain are written beside a registration this often. */
    noteMs: 5 * 60_000,
    /** The doctor shows what has lasted so long, and came up again within so long. */
    lastingMs: 10 * 60_000,
    recentMs: 30 * 60_000,
    /** The log names a service and its trouble this often, and so many at once. */
    complainMs: 3_600_000,
    complaintsMax: 200,
  },
} as const
