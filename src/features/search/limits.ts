// Bounds of search, with their units.

export const limits = {
  search: {
    /** What is asked for: characters of a keyword, and the places where it is shown to stand. */
    keywordCharactersMax: 128,
    highlightsMax: 100,
    /** Hits that pages by number count and reach; further down a cursor leads. */
    countedMax: 1_000,
    /** Slices that one request goes through, newest first, and messages it reads of them. */
    slicesMax: 1_000,
    messagesMax: 20_000,
    /** The same where hits are counted. */
    countedMessagesMax: 40_000,
    /** Messages read at once: at first, and at most. */
    readMessages: 500,
    readMessagesMax: 4_000,
    /** Of one slice at once at least. */
    readEachMin: 4,
    /** UTF-16 units of a word that the index tells apart. */
    wordUnitsMax: 64,
    /** Searches one node asks Postgres at once; others wait, and delay nobody else. */
    connections: 4,
  },

  /** How the index is kept. */
  index: {
    /** How often every worker process looks what is new. */
    lookMs: 1_000,
    /** And how long it then goes on, if there is so much. */
    workMs: 100,
    /** What was said is indexed after so long: until then a conversation is not at rest. */
    restMs: 30_000,
    /** A slice is full with so many messages, or so many words. */
    sliceMessages: 64,
    sliceWords: 4_000,
    /** So many crumbs are made one slice; a crumb has fewer messages than this. */
    crumbs: 8,
    /** Messages looked through at once for where something was said, and below the last one again. */
    newMessages: 2_000,
    lateMessages: 256,
    /** Conversations indexed at once, and messages of all of them; of each at least. */
    conversations: 32,
    messages: 4_096,
    messagesEachMin: 128,
  },
} as const
