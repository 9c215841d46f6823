// Bounds that everything shares, with their units. Reaching any bound is a named failure or close.

export const limits = {
  /** Of an address that people hand in, in its normal form, which is ASCII. */
  url: { charactersMax: 2_048 },

  /** How long a process may take to finish what it has begun after SIGTERM. */
  drainMs: 10_000,
} as const
