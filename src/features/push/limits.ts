// Bounds of push, with their units.

export const limits = {
  push: {
    subscriptionsPerUserMax: 20,
    /** A notification that nobody took by then is dropped. */
    lifeMs: 24 * 3_600_000,
    /** Of what was said, where it is shown. */
    previewCharactersMax: 160,
    /** Whoever was here so lately may be back in a moment. */
    graceMs: 10_000,
    /** From one notification of a conversation to the next on the same device. */
    burstMs: 10_000,
    /** Marks that move one after the other are one reason to take something away. */
    gatherMs: 1_000,
    /** Devices that are told of a change at once. */
    pageDevices: 1_000,
    /** What became of each is kept so long. */
    logMs: 72 * 3_600_000,
    /** That a rule or a wrong key keeps back the same is said this often, of so many at once. */
    skipMs: 3_600_000,
    skipsMax: 10_000,
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
