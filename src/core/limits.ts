// Every bound in the system, with its unit in its name. Reaching one is a named failure or close.

export const limits = {
  /** HTTP bodies of ordinary routes. */
  bodyBytesMax: 64 * 1024,

  frame: {
    bytesMax: 64 * 1024,
  },

  socket: {
    /** Frames of one socket waiting to be handled; beyond it the socket closes with 4009. */
    laneFramesMax: 1_024,
    laneBytesMax: 1024 * 1024,
    /** Requests of one socket whose answers are outstanding; further frames wait in the lane. */
    answersMax: 256,
    /** Bytes the kernel has not taken; beyond it the socket closes with 4008. */
    outboundBytesMax: 1024 * 1024,
    /** Bun closes a socket that has been silent this long; clients ping at half of it. */
    idleSeconds: 90,
    heartbeatSeconds: 30,
    perUserMax: 20,
    /** Frames a socket may send at once and per second after that. */
    framesBurst: 2_000,
    framesPerSecond: 500,
    /** Frames refused in a row for their rate before the socket closes with 4009. */
    refusedFramesMax: 100,
  },

  writer: {
    /** Messages in one statement. */
    batchMax: 256,
    transactionsMax: 2,
    /** Messages waiting for a commit in this process; beyond it sends answer `busy`. */
    queueMax: 8_192,
    queueBytesMax: 32 * 1024 * 1024,
    /** A batch that has not come back by then is answered "unknown" and its connection dropped. */
    deadlineMs: 10_000,
  },

  message: {
    charactersMax: 5_000,
    bytesMax: 16 * 1024,
    recallMs: 2 * 60_000,
  },

  moments: {
    contentCharactersMax: 2_000,
    imagesMax: 9,
    imageCharactersMax: 2_048,
    commentCharactersMax: 500,
    /** Likes and comments that come along with one moment; the rest by pages. */
    responsesShown: 100,
    /** Newest moments of everybody that a timeline looks at first, for each friend and in all. */
    recentPerFriend: 4,
    recentMax: 20_000,
    /** Rows that a page number may skip; further down a cursor leads. */
    skippedMax: 10_000,
    /** People who hear of one like or comment, those who took part last. */
    listenersMax: 500,
  },

  relay: {
    leaseMs: 30_000,
    leaseRefreshMs: 5_000,
    /** How long a frame may wait on its node for the one before it. */
    holdMs: 500,
    /** Frames of one conversation and person that may wait at once. */
    heldMax: 256,
    /**
     * A message this much older than its successor is surely delivered; a position this old says
     * nothing, for the node may have hosted nobody of the conversation since.
     */
    followsMs: 2_000,
    /** Positions, one per conversation and person, that a node remembers. */
    positionsMax: 100_000,
  },

  heads: {
    intervalMs: 20_000,
    /** Conversations named in one beacon. */
    entriesMax: 1_000,
  },

  /** Sessions are looked at again this often, and more often while the relay is away. */
  sessions: { recheckMs: 15_000, recheckAloneMs: 1_000, perUserMax: 50 },

  outbox: {
    sweepMs: 1_000,
    sweepRows: 200,
    /** Jobs waiting for delivery above which the sweeper adds none. */
    backlogMax: 500,
    /** Rounds after which a row is parked for a person to look at. */
    attemptsMax: 50,
  },

  delivery: {
    /** Jobs older than this read the messages again: what they carry may have been recalled. */
    freshMs: 5_000,
    /** Conversations with more members than this are fanned out by pages. */
    membersMax: 200,
    pageMembers: 1_000,
  },

  code: {
    lifeMs: 5 * 60_000,
    attemptsMax: 5,
    /** Wrong tries against all codes of one address in an hour. */
    attemptsPerHourMax: 20,
  },

  token: { refreshDays: 30, ticketMs: 30_000 },

  push: { subscriptionsPerUserMax: 20, timeoutMs: 10_000 },

  mail: { deadlineMs: 20_000 },

  cache: { conversationsMax: 100_000 },

  database: {
    connections: 10,
    writerConnections: 2,
    connectSeconds: 5,
    statementMs: 10_000,
    /** A connection that owes an answer for so long is cut: no statement may take this long. */
    silenceMs: 12_000,
    lockMs: 5_000,
  },

  /** How long a process may take to finish what it has begun after SIGTERM. */
  drainMs: 10_000,
} as const
