// What we use of Bun's raw socket; a test can stand in for it.

export interface RawSocket {
  sendText(text: string): number
  cork(work: () => void): unknown
  close(code?: number, reason?: string): void
  terminate(): void
  getBufferedAmount(): number
  subscribe(topic: string): void
  unsubscribe(topic: string): void
  /** To everybody who subscribes to it but this one; all others, see Publisher of socket/channels. */
  publish(topic: string, text: string): number
}
