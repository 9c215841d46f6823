// Bounds of conversations, with their units.

export const limits = {
  /** How read marks that sends move are told. */
  marks: {
    /** A round waits so long for more, and for the message to be on its way before it. */
    gatherMs: 100,
    /** From one round to the next: so seldom is one mark told at most. */
    everyMs: 1_000,
    /** Marks told in one round; the others wait for the next. */
    roundMax: 1_000,
    /** Marks that may wait in one process. */
    waitingMax: 20_000,
  },

  /** Mutes that have ended by themselves, in one transaction. */
  mutes: { endMax: 100 },

  /** A conversation that has had more members than this is a channel: nodes are told, not people. */
  audience: {
    membersMax: 200,
    pageMembers: 1_000,
    /** Groups of somebody who looks otherwise, locked and noted in one go. */
    pageGroups: 50,
    /** What was said within this time may be on its way to a node that begins to host a channel. */
    recentMs: 10_000,
  },

  heads: {
    /** Conversations named in one beacon. */
    entriesMax: 1_000,
  },

  cache: {
    conversationsMax: 100_000,
    /** Small groups whose members a process remembers. */
    audiencesMax: 20_000,
    /** How often processes look who is leaving; much shorter than any time of grace. */
    leavingMs: 15_000,
  },
} as const
