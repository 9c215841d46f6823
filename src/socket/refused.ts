// A socket that is closed as soon as it opens: browsers cannot read why an upgrade failed.
import { closes, type CloseName } from '../protocol/closes.ts'
import type { RawSocket } from './raw.ts'

export class RefusedConnection {
  constructor(private readonly reason: CloseName) {}

  open(raw: RawSocket): void {
    raw.close(closes[this.reason].code, closes[this.reason].meaning)
  }

  message(): void {}
  drain(): void {}
  close(): void {}
}
