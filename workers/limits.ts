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
    /** Jobs older than this read the messages again: what they carry may have been recalled or edited. */
    freshMs: 5_000,
  },

  /** From a message in a channel to the look at who is away; one look for all that is said meanwhile. */
  fanout: { gatherMs: 2_000 },

  /** Pauses between attempts of a job that waits for others double up to the second. */
  retry: {
    email: { firstMs: 2_000, maxMs: 10 * 60_000 },
    push: { firstMs: 1_000, maxMs: 10 * 60_000 },
  },

  retention: {
    /** Rows forgotten by one statement, and statements for one kind of thing in one round. */
    rowsMax: 1_000,
    batchesMax: 100,
    /** The same for pieces of exports: what is deleted keeps up with what is built. */
    large: { rowsMax: 100, batchesMax: 20 },
  },
} as const
