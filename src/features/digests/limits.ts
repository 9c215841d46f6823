// Bounds of digests by mail, with their units.

export const limits = {
  digest: {
    /** So long nobody may have seen somebody, and so long it is from one digest of theirs to the next. */
    dailyMs: 86_400_000,
    weeklyMs: 7 * 86_400_000,
    /** How often every worker process looks who is away, and at how many in one go. */
    lookMs: 60_000,
    takeMax: 100,
    /** Whoever is away and has nothing to be told is looked at again after so long. */
    againMs: 6 * 3_600_000,
    /** Conversations that one names; the others are counted. */
    namedMax: 10,
    /** One that nobody took by then is dropped. */
    lifeMs: 24 * 3_600_000,
  },
} as const
