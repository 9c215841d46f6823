// A socket that is closed as soon as it opens: browsers cannot read why an upgrade failed.
import { closes, type CloseName } from '../protocol/closes.ts'
import type { Locale } from '../core/actor.ts'
import { texts } from '../texts/texts.ts'
import type { RawSocket } from './raw.ts'

export class RefusedConnection {
  constructor(
    private readonly reason: CloseName,
    private readonly locale: Locale,
  ) {}

  open(raw: RawSocket): void {
    raw.close(closes[this.reason].code, texts[this.locale].closes[this.reason])
  }

  message(): void {}
  drain(): void {}
  close(): void {}
}
