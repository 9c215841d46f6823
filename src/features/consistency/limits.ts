// Bounds of looking whether what is stored agrees with itself, with their units.

export const limits = {
  consistency: {
    /** Rows looked at by one statement. */
    chunkRows: 2_000,
    /** The same where each row has many others looked up. */
    wideRows: 200,
    /** Ids that are named of all that is wrong. */
    examplesMax: 10,
    /** Up to so many messages are counted to see whether what is unread is right. */
    unreadMax: 1_000,
    /** An outbox row that is older has not been delivered. */
    outboxMs: 60_000,
    /** What the log must say is asked of what changed since then: a log keeps it for longer. */
    logMs: 2 * 86_400_000,
    /** How far the times of a change and of its note may be apart. */
    slackMs: 60_000,
    /** How often a worker looks whether something is to be checked. */
    lookMs: 10 * 60_000,
    /** How long a check that was done is not done again. */
    restMs: 86_000_000,
  },
} as const
