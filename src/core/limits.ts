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

  /** Of an address that people hand in, in its normal form, which is ASCII. */
  url: { charactersMax: 2_048 },

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

  moments: {
    contentCharactersMax: 2_000,
    imagesMax: 9,
    commentCharactersMax: 500,
    /** Likes and comments that come along with one moment; the rest by pages. */
    responsesShown: 100,
    /** Of each moment in a list: the newest ones. */
    listedLikesMax: 20,
    listedCommentsMax: 10,
    /** Newest moments of everybody that a timeline looks at first, for each friend and in all. */
    recentPerFriend: 4,
    recentMax: 20_000,
    /** Pages that are merged at once after that look found too little, and readers remembered. */
    quietPages: 50,
    quietReadersMax: 20_000,
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
  sessions: {
    recheckMs: 15_000,
    recheckAloneMs: 1_000,
    perUserMax: 50,
    knownDevicesMax: 100,
    /** Characters kept of what a program says it is. */
    deviceNameMax: 200,
    /** Where somebody signed in within this time is a place of his. Ended ones are kept as long. */
    knownPlaceMs: 30 * 86_400_000,
  },

  /** How buckets.ts is counted. */
  rates: {
    /** Tokens a node takes from a shared bucket at once. */
    handful: 50,
    /** How long it keeps them. */
    lifeMs: 5_000,
    /** A bucket found empty is not asked again sooner. */
    pauseMs: 20,
    /** A send waits so long for Redis to count it, once, then it is not counted. */
    patienceMs: 200,
    /** How often Redis is asked whether it is back. */
    awayMs: 1_000,
    /** Buckets and purses one process remembers. */
    keysMax: 100_000,
  },

  erasure: {
    /** Rows deleted by one statement, and statements of one job; the rest is for the next one. */
    rowsMax: 500,
    batchesMax: 200,
    /** Accounts given to the queue in one round of the sweeper. */
    accountsMax: 50,
  },

  retention: {
    /** Rows forgotten by one statement, and statements for one kind of thing in one round. */
    rowsMax: 1_000,
    batchesMax: 100,
    /** The same for pieces of exports: what is deleted keeps up with what is built. */
    large: { rowsMax: 100, batchesMax: 20 },
  },

  export: {
    /** Rows read by one statement. */
    pageRows: 500,
    /** Bytes of the ZIP in one row of the database. */
    chunkBytes: 256 * 1024,
    /** What a ZIP without extensions can say of one file and of itself, with room to spare. */
    bytesMax: 4_000_000_000,
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
    /** Tries against one code from the place that asked for it, and from all others together. */
    attemptsMax: 5,
    /** The same for all codes of one address in an hour. */
    attemptsPerHourMax: 20,
  },

  /**
   * Each hash takes 19 MiB and a core for 25 to 50 ms, see core/fair.ts. One at a time: all else
   * that a process does keeps the other cores. A line holds all tries that one name has at a place;
   * it is ten times as long where many stand behind one address, as with buckets.
   */
  password: { parallelMax: 1, waitingMax: 256, lineMax: 24, workMs: 50 },

  token: {
    refreshDays: 30,
    /** How long the device that spent a refresh token may show it again. */
    refreshGraceMs: 10_000,
    ticketMs: 30_000,
  },

  friends: {
    perPersonMax: 5_000,
    blocksMax: 5_000,
    /** Requests somebody made that wait, and as many made to them. A list shows no more. */
    waitingMax: 500,
    requestLifeMs: 30 * 86_400_000,
    /** People a search answers. */
    foundMax: 20,
  },

  push: {
    subscriptionsPerUserMax: 20,
    timeoutMs: 10_000,
    /** How long a name may take to be looked up, when it is registered and when it is used. */
    lookUpMs: 3_000,
    /** Pauses between attempts double up to the second, unless the service asks for more. */
    retryFirstMs: 1_000,
    retryMaxMs: 10 * 60_000,
    /** A notification that nobody took by then is dropped. */
    lifeMs: 24 * 3_600_000,
    /** Attempts in vain are written beside a registration this often. */
    noteMs: 5 * 60_000,
    /** The doctor shows what has lasted so long, and came up again within so long. */
    lastingMs: 10 * 60_000,
    recentMs: 30 * 60_000,
    /** The log names a service and its trouble this often, and so many at once. */
    complainMs: 3_600_000,
    complaintsMax: 200,
  },

  mail: {
    /** For one attempt; then its connection is destroyed and the mail tried again. */
    deadlineMs: 20_000,
    /** Pauses between attempts double up to the second. */
    retryFirstMs: 2_000,
    retryMaxMs: 10 * 60_000,
    /** A mail nobody took by then is dropped; one with a code when the code expires. */
    lifeMs: 48 * 3_600_000,
    /** Pauses after an address was refused for good, doubling at each refusal. */
    deadFirstMs: 24 * 3_600_000,
    deadMaxMs: 30 * 24 * 3_600_000,
    /** Characters shown of what a person chose: a nickname, a device. */
    nameMax: 64,
    deviceMax: 120,
  },

  captcha: { answerBytesMax: 16_384, timeoutMs: 5_000 },

  cache: {
    conversationsMax: 100_000,
    /** How often processes look who is leaving; much shorter than any time of grace. */
    leavingMs: 15_000,
  },

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
