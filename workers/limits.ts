// Bounds of the workers, with their units.

export const limits = {
  outbox: {
    sweepMs: 1_000,
    sweepRows: 200,
    /** Jobs waiting for delivery above which the sweeper adds none. */
    backlogMax: 500,
    /** Rounds after which a row is parked for a person to look at. */
    attemptsMax: 50,
  },

  delivery: {
    /** Jobs older than this read the messages again: what they carry may have been recalled. */
    freshMs: 5_000,
    /** Conversations with more members than this are fanned out by pages. */
    membersMax: 200,
    pageMembers: 1_000,
  },

  retention: {
    /** Rows forgotten by one statement, and statements for one kind of thing in one round. */
    rowsMax: 1_000,
    batchesMax: 100,
    /** The same for pieces of exports: what is deleted keeps up with what is built. */
    large: { rowsMax: 100, batchesMax: 20 },
  },
} as const
