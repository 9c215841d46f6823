// Bounds of what stands around us: Postgres, Redis, mail servers, push services. With their units.

export const limits = {
  database: {
    connections: 10,
    connectSeconds: 5,
    statementMs: 10_000,
    /** A connection that owes an answer for so long is cut: no statement may take this long. */
    silenceMs: 12_000,
    lockMs: 5_000,
  },

  lease: {
    lifeMs: 30_000,
    refreshMs: 5_000,
  },

  /** How long it is remembered when somebody was last connected. */
  lastSeenMs: 90 * 86_400_000,

  /** How token buckets are counted in Redis. */
  rateLimit: {
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
    /** Buckets and prefetched tokens one process remembers. */
    keysMax: 100_000,
  },

  /** Access tokens a process remembers to have verified. */
  tokens: { verifiedMax: 20_000 },

  smtp: {
    /** For one attempt; then its connection is destroyed and the mail tried again. */
    deadlineMs: 20_000,
  },

  webPush: {
    timeoutMs: 10_000,
    /** How long a name may take to be looked up, when it is registered and when it is used. */
    lookUpMs: 3_000,
  },

  /** Providers that take notifications to phones. */
  phones: {
    timeoutMs: 10_000,
    answerBytesMax: 65_536,
    /** Of a payload that FCM, APNs, Huawei and HONOR take; the others take more. */
    payloadBytesMax: 4_096,
    access: {
      /** A token is used until so long before its end, and for so long at least. */
      spareSeconds: 300,
      lifeSecondsMin: 60,
    },
    apns: {
      /** Apple wants a provider token used for 20 minutes at least, and for an hour at most. */
      tokenLifeMs: 40 * 60_000,
      tokenLifeMsMin: 20 * 60_000,
    },
    breaker: {
      /** Requests in a row that nobody took, until only one is tried now and then. */
      failuresMax: 10,
      firstMs: 30_000,
      maxMs: 10 * 60_000,
    },
  },

  captcha: { answerBytesMax: 16_384, timeoutMs: 5_000 },

  s3: {
    /** S3 takes no smaller parts but the last. One lies in memory for each upload. */
    partBytes: 5 * 1_048_576,
    partsMax: 10_000,
    attemptsMax: 4,
    /** Until an answer begins, with all of a part on its way before. */
    answerMs: 60_000,
    /** An answer whose next bytes do not come for so long is broken off. */
    silenceMs: 30_000,
    removalsAtOnce: 8,
    pageKeys: 1_000,
  },

  /** What is done with a file that people have sent, once it lies in its place. */
  media: {
    /** Bytes at its start and its end that say what it is. */
    head: 262_144,
    tail: 65_558,
    image: {
      /** A larger one is a file like others. */
      bytesMax: 30 * 1_048_576,
      /** Some 150 MB when decoded; phones make 48 million. */
      pixelsMax: 50_000_000,
      framesMax: 600,
      /** Of all frames together. */
      framePixelsMax: 100_000_000,
      milliseconds: 30_000,
      memoryBytes: 1_073_741_824,
      largeSide: 1_280,
      smallSide: 320,
    },
    /** What cameras write, looked for in pictures that are not encoded anew. */
    traces: { headersMax: 1_000, directoriesMax: 64, entriesMax: 512 },
    container: {
      blockBytes: 65_536,
      blocksMax: 256,
      readsMax: 100_000,
      boxesMax: 2_000,
      milliseconds: 20_000,
      /** What is said beyond these is not believed. */
      secondsMax: 30 * 86_400,
      sideMax: 16_384,
    },
    poster: { bytesMax: 200 * 1_048_576, milliseconds: 20_000, memoryBytes: 1_073_741_824 },
    scan: { connectMs: 5_000, silenceMs: 30_000, answerMs: 120_000, answerBytesMax: 4_096 },
  },
} as const
