// Port: looks whether a file is one that does harm. Rejects when nobody can say now: ask again later.

export type ScanOutcome =
  | { readonly outcome: 'clean' }
  /** As whoever found it calls it. */
  | { readonly outcome: 'infected'; readonly name: string }
  /** More than the scanner takes: nobody has looked at it. */
  | { readonly outcome: 'tooLarge' }

export interface Scanner {
  /** Reads the stream to its end or cancels it. */
  scan(body: ReadableStream<Uint8Array>): Promise<ScanOutcome>
}
