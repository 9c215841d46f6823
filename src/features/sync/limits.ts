// Bounds of sync, with their units.

export const limits = {
  sync: {
    /** Events of a page, if nothing else is asked for. */
    events: 500,
    /** A page ends when it is about so large, whatever it holds. */
    pageBytes: 180 * 1024,
    /** Conversations looked at in one go for a first snapshot. */
    conversations: 100,
    /** Friends, requests or blocks in one go. */
    contacts: 200,
    /** A cursor is served for so long, where nothing else is set; older ones begin anew. */
    cursorMs: 30 * 86_400_000,
    /** Changes are remembered for so much longer than a cursor is served. */
    spareMs: 2 * 86_400_000,
  },
} as const
