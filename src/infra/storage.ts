// Where the bytes of files lie. Keys are made by us, never by people: [a-z0-9/_-]{1,200}.

export interface LinkOptions {
  readonly seconds: number
  readonly mime: string
  readonly disposition: string
}

export interface Storage {
  /**
   * Streams `body` to `key`; whole or not at all; answers how many bytes. Overwrites. When it asks for the
   * next piece it is done with the one before, whose memory may be gone then.
   */
  put(
    key: string,
    body: ReadableStream<Uint8Array>,
    facts: { mime: string; size?: number },
  ): Promise<number>
  /** Bytes `start` to `end` inclusive, or all; null if there is nothing. `size` is that of the whole. */
  get(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ body: ReadableStream<Uint8Array>; size: number } | null>
  stat(key: string): Promise<{ size: number; changedAt: Date } | null>
  /** Idempotent. */
  remove(keys: string[]): Promise<void>
  /** Every key under a prefix, in pages: for collecting orphans. */
  list(prefix: string, after?: string): Promise<{ keys: string[]; next: string | null }>
  /** What processes that died in the middle of `put` left behind before that; answers how many it were. */
  abortUnfinished(before: Date): Promise<number>
  /** An address that may be read for so long, by whoever has it; where there is such a thing. */
  linkTo?(key: string, options: LinkOptions): Promise<string>
  close?(): void
}
