// What a Postgres server owes on one connection: counted, because queries are sent before earlier
// ones are answered, and one answer says nothing about the next.
//
// PostgreSQL's protocol 3.0 (manual, "Message Flow"): every message but the first is one byte of
// type, four bytes of length that count themselves, and a body. Each Query ('Q') and Sync ('S'),
// and the start-up, is answered by one ReadyForQuery ('Z'); a Flush ('H') by what it flushes.

const query = 0x51
const sync = 0x53
const flush = 0x48
const ready = 0x5a
const headBytes = 5

export class PendingReplies {
  /** ReadyForQuery messages to come. */
  #ready = 0
  #flushed = false
  #begun = false
  /** Bytes of the present incoming message that are still to come. */
  #left = 0
  /** The beginning of a message whose head came in pieces. */
  #head = Buffer.alloc(0)

  get open(): boolean {
    return this.#ready > 0 || this.#flushed
  }

  /** postgres.js writes whole messages; the first is the start-up, which has no type. */
  asked(chunk: Buffer): void {
    let at = 0
    if (!this.#begun) {
      this.#begun = true
      this.#ready++
      at = chunk.readUInt32BE(0)
    }
    while (at + headBytes <= chunk.length) {
      const type = chunk[at]
      if (type === query || type === sync) this.#ready++
      else if (type === flush) this.#flushed = true
      at += 1 + chunk.readUInt32BE(at + 1)
    }
  }

  answered(chunk: Buffer): void {
    this.#flushed = false
    let at = this.#left
    let bytes = chunk
    if (this.#head.length > 0) {
      bytes = Buffer.concat([this.#head, chunk])
      this.#head = Buffer.alloc(0)
    }
    while (at + headBytes <= bytes.length) {
      if (bytes[at] === ready && this.#ready > 0) this.#ready--
      at += 1 + bytes.readUInt32BE(at + 1)
    }
    this.#left = Math.max(0, at - bytes.length)
    if (at < bytes.length) this.#head = Buffer.from(bytes.subarray(at))
  }
}
