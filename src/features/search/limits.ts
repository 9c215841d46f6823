// Bounds of search, with their units.

/** How a search goes about it: which changes how fast it is, and nothing of what it finds. */
export interface Reach {
  /** Messages read at once: at first and at least, and at most. */
  readonly readMessages: number
  readonly readMessagesMax: number
  /** Slices that may have it and that it reads, newest first: at first, and if these are not enough. */
  readonly slices: readonly number[]
  /** Slices looked at for that, at about; the rest waits for the next page. */
  readonly looked: number
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
    everywhere: {
      readMessages: 1_000,
      readMessagesMax: 8_000,
      slices: [250, 1_000],
      looked: 50_000,
    },
    inside: {
      readMessages: 300,
      readMessagesMax: 8_000,
      slices: [40, 1_000],
      looked: 50_000,
    },
    /** UTF-16 units of the beginnings under which a word is found, besides its whole. */
    beginnings: [2, 3, 5, 8],
    /** Searches one node asks Postgres at once; others wait, and delay nobody else. */
    connections: 4,
  },

  /** The filter of a slice. */
  filter: {
    /** Bits that a word sets, so that one of 1,000 is found in vain, and bits of a beginning. */
    bitsWhole: 10,
    bitsBeginning: 5,
    /** Of all that are asked for together. */
    bitsAsked: 20,
    /** Its length. */
    bytesMin: 32,
    /** A row that is longer would not fit in a page of Postgres. */
    bytesMax: 7_168,
  },

  /** How the index is kept. */
  index: {
    /** How often every worker process looks what is new. */
    lookMs: 1_000,
    /** And how long it then goes on, if there is so much. */
    workMs: 100,
    /** What was said is indexed after so long: until then a conversation is not at rest. */
    restMs: 30_000,
    /** A slice is full with so many messages, or so many words and beginnings. */
    sliceMessages: 64,
    sliceWords: 3_900,
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
