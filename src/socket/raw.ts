// What we use of Bun's raw socket; a test can stand in for it.

export interface RawSocket {
  sendText(text: string): number
  cork(work: () => void): unknown
  close(code?: number, reason?: string): void
  terminate(): void
  getBufferedAmount(): number
}
