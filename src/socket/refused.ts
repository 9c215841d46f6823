// A socket that is closed as soon as it opens: browsers cannot read why an upgrade failed.
import { closes, type CloseName } from '../protocol/closes.ts'
import type { Locale } from '../core/actor.ts'
import { say, texts } from '../texts/texts.ts'
import type { RawSocket } from './raw.ts'

export class RefusedConnection {
  /** `phrase` says more exactly what is wrong than the words of the code do. */
  constructor(
    private readonly reason: CloseName,
    private readonly locale: Locale,
    private readonly phrase?: string,
  ) {}

  open(raw: RawSocket): void {
    const { reason, locale, phrase } = this
    const words = phrase === undefined ? texts[locale].closes[reason] : say(locale, phrase)
    raw.close(closes[reason].code, words)
  }

  message(): void {}
  drain(): void {}
  close(): void {}
}
