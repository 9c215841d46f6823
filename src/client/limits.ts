// Every bound of the SDK, with its unit in its name.

export const defaults = {
  /** Sends without an acknowledgement; one more is refused at once. */
  pendingMax: 1_000,
  /** Sends on their way in all conversations together. */
  flyingMax: 64,
  /**
   * Sends on their way in one conversation. With more than one, a message refused for a moment
   * (`busy`, rate) is overtaken by the next, and the order of sending is lost.
   */
  flyingPerConversationMax: 1,
  /** Refusals that may be retried, of one message, before its send fails. */
  refusalsMax: 20,
  /** Without an acknowledgement by then, the same id is sent again. */
  ackMs: 15_000,
  /** A storage that has not answered by then is not waited for: what it would keep is in memory. */
  storageMs: 2_000,
  /** As the server's: a larger frame closes the socket with 1009 and is never sent. */
  frameBytesMax: 64 * 1024,
  /** Requests over the socket without an answer. */
  requestsMax: 256,

  /** Messages kept per conversation for `client.messages()`. */
  keepMax: 200,
  /** Conversations with kept messages; the least recently used go first. */
  keptConversationsMax: 200,
  /** Messages per conversation that wait for a hole before them; more are fetched again. */
  heldMax: 200,
  /** Conversations whose position is known. */
  positionsMax: 100_000,
  /** A hole gets this long to be filled by a late frame before it is fetched. */
  holeMs: 80,
  fetchLimit: 100,
  fetchesMax: 4,
  /** Conversations in a page of the first comparison, and of later ones; pages in all. */
  listLimit: 100,
  listAgainLimit: 20,
  listPagesMax: 100,

  helloMs: 10_000,
  pongMs: 10_000,
  probeMs: 5_000,
  /** A socket open this long has earned a fresh backoff. */
  stableMs: 10_000,

  requestMs: 15_000,
  tries: 3,
  retryAfterMaxMs: 30_000,

  /** Files that are uploaded or wait for their turn; one more is refused at once. */
  uploadsMax: 1_000,
  /** Those on their way at one time. */
  uploadsFlyingMax: 3,
  /** Uploads that are known again after a reload, the newest. */
  uploadsRememberedMax: 100,
  /** A file of so many bytes goes by one form, which is one request where chunks are three. */
  formBytesMax: 256 * 1024,
  /** The first chunk of a file; the others as many bytes as take `chunkMs`, between these bounds. */
  chunkBytes: 512 * 1024,
  chunkBytesMin: 64 * 1024,
  /** As the server's pieces. */
  chunkBytesMax: 8 * 1024 * 1024,
  chunkMs: 3_000,
  chunkTimeoutMs: 60_000,
  /** Failures in a row, nothing having come through between them, before an upload fails. */
  uploadTries: 20,

  /** For a swap of tokens, and for waiting while another tab makes one. Below the server's 10 s. */
  swapMs: 8_000,
  /** An access token this close to its end is refreshed before it is used. */
  expiryMarginMs: 30_000,
}

export type Limits = typeof defaults

/** What came into a map first goes, if it holds more than so many. */
export function dropOldest<K>(map: Map<K, unknown>, max: number): boolean {
  if (map.size <= max) return false
  for (const oldest of map.keys()) return map.delete(oldest)
  return false
}
