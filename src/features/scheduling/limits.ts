// Bounds of scheduled messages, with their units.

export const limits = {
  scheduled: {
    /** Messages of one person that wait to be sent. */
    perPersonMax: 100,
    /** How far ahead. */
    aheadMsMax: 366 * 24 * 60 * 60_000,
    /** How often every worker process looks what is due: so late is a message at most, where all is well. */
    lookMs: 500,
    /** Messages taken at once. */
    claimMax: 100,
    /** Of one person, who says one after the other: so many hold up the others at most. */
    claimEachMax: 10,
    /** Messages looked at for that: enough for a full claim, whoever they are of. */
    claimAhead: 2_000,
    /** After so long another worker may send what one has taken and said nothing of. */
    claimMs: 30_000,
    /** Whoever has held a message for so long sends it no more: its claim must not end meanwhile. */
    holdMs: 10_000,
    /** Pauses between attempts double; what is not sent after so many has failed. */
    retryMs: 1_000,
    retryMsMax: 60_000,
    attemptsMax: 30,
    /** What was sent, failed or was cancelled is forgotten then. */
    keptMs: 30 * 24 * 60 * 60_000,
  },
} as const
