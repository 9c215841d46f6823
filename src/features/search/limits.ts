// Bounds of search, with their units.

/** How a search goes about it: which changes how fast it is, and nothing of what it finds. */
export interface Reach {
  /** It walks back from the newest messages where the index has so many slices that fit. */
  readonly walkSlicesMin: number
  /** And gives up where more than so many would have to be read for enough hits. */
  readonly walkMessagesMax: number
  /** Messages read at once: at first and at least, and at most. */
  readonly readMessages: number
  readonly readMessagesMax: number
  /** Slices that it then goes through, newest first: at first, and if these are not enough. */
  readonly slices: readonly number[]
}

export const limits = {
  search: {
    /** What is asked for: characters of a keyword, and the places where it is shown to stand. */
    keywordCharactersMax: 128,
    highlightsMax: 100,
    /** Hits that pages by number count and reach; further down a cursor leads. */
    countedMax: 1_000,
    /** Messages that one request reads. */
    messagesMax: 20_000,
    /** The same where hits are counted. */
    countedMessagesMax: 40_000,
    /** To walk back through hundreds of conversations costs more than to look up some thousand slices. */
    everywhere: {
      walkSlicesMin: 20_000,
      walkMessagesMax: 10_000,
      readMessages: 1_000,
      readMessagesMax: 8_000,
      slices: [250, 1_000],
    },
    inside: {
      walkSlicesMin: 50_000,
      walkMessagesMax: 3_000,
      readMessages: 300,
      readMessagesMax: 8_000,
      slices: [40, 1_000],
    },
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
