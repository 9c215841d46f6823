// Every bound of a replica, with its unit in its name.

export const defaults = {
  /** Messages kept of each conversation, the newest; older ones are read when somebody looks. */
  windowMax: 200,
  /** Events in a page of sync. */
  eventsMax: 500,
  /** In a page of history. */
  pageLimit: 50,
  /** Conversations whose messages are read before somebody looks, by last activity. */
  aheadConversations: 20,
  /** A conversation with so many kept is left as it is. */
  aheadMessages: 20,
  /** What came live while the account was catching up; more is asked for by the cursor. */
  queuedMax: 1_000,
  /** Something changed that a frame does not say: the cursor is asked so soon. */
  soonMs: 50,
  /** The same where many hear it at once, who are not to ask at once. */
  laterMs: 3_000,
  /** What is known is behind the cursor by so much at most; it is moved on at rest. */
  settleMs: 120_000,
  /** Somebody types until then, if nothing more is heard. */
  typingMs: 6_000,
  /** As the server's: people one socket may watch. */
  watchedMax: 200,
  /** Views that nobody looks at, kept for when somebody looks again. */
  idleViewsMax: 50,
  /** A file that waits is kept for a reload up to this size, and all that wait up to that. */
  keptFileBytesMax: 32 * 1024 * 1024,
  keptFilesBytesMax: 256 * 1024 * 1024,
  /** Of a file, in one thing of the store. */
  filePieceBytes: 1024 * 1024,
  /** Files that a page can show before they are fetched, the newest; of what was sent, too. */
  previewsMax: 50,
  /** An upload without a line is tried again then, if the line does not come back before. */
  uploadAgainMs: 30_000,
  /** Changes that wait, and of those that were refused the newest. */
  changesMax: 1_000,
  refusedMax: 50,
  /** On their way at once, of different things. */
  changesFlyingMax: 4,
  /** A change that got no answer is tried again then, if the line does not come back before. */
  changeAgainMs: 30_000,
  /** What was said lately, under which number: for changes that name it as it was sent. */
  saidMax: 500,
  /** Another tab that leads has answered by then. */
  answerMs: 2_000,
}

export type ReplicaLimits = typeof defaults
