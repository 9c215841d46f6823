// Bounds of leaving and exporting, with their units.

export const limits = {
  erasure: {
    /** Rows deleted by one statement, and statements of one job; the rest is for the next one. */
    rowsMax: 500,
    batchesMax: 200,
    /** Accounts given to the queue in one round of the sweeper. */
    accountsMax: 50,
  },

  export: {
    /** Rows read by one statement. */
    pageRows: 500,
    /** Bytes of the ZIP in one row of the database. */
    chunkBytes: 256 * 1024,
    /** What a ZIP without extensions can say of one file and of itself, with room to spare. */
    bytesMax: 4_000_000_000,
    /** Files whose bytes are behind the rest; those beyond are listed only. */
    filesMax: 20_000,
    linkMs: 7 * 86_400_000,
    /** How long a download may take before what it reads is deleted. */
    downloadMs: 3_600_000,
    /** A build that has not come to an end by then is given up, and may be asked for again. */
    buildMs: 86_400_000,
    /** Times its building may begin: what fails each time must not fill the database all day. */
    buildsMax: 20,
    /** Exports given to the queue in one round of the sweeper. */
    sweepRows: 100,
  },
} as const
