// Bounds of messages that burn, with their units.

export const limits = {
  burning: {
    /** How often every worker process looks what is over: so late a message goes, where all is well. */
    lookMs: 1_000,
    /** Messages taken at once. */
    takeMax: 500,
  },
} as const
