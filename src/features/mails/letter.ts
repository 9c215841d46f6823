// A step: a mail must go out. What it says travels sealed: no address stands in the outbox or a job.
import type { Locale } from '../../core/actor.ts'
import { limits } from './limits.ts'
import type { Seal } from '../../core/seal.ts'
import type { Tx } from '../../infra/db.ts'
import type { MailKind, MailWords } from '../../texts/mails.ts'

export interface Letter<K extends MailKind = MailKind> {
  readonly kind: K
  readonly to: string
  readonly locale: Locale
  /** Unix ms: when it was written, and from when on it is worth nothing. */
  readonly at: number
  readonly goodUntil: number
  readonly words: MailWords[K]
}

/** Sent once the transaction has committed; `locale` is the one the person chose. */
export function sendMail<K extends MailKind>(
  tx: Tx,
  kind: K,
  to: { readonly email: string; readonly locale: string },
  words: MailWords[K],
): void {
  const locale: Locale = to.locale === 'zh' ? 'zh' : 'en'
  const at = tx.now.getTime()
  const goodUntil = at + ('minutes' in words ? words.minutes * 60_000 : limits.mail.lifeMs)
  const letter: Letter<K> = { kind, to: to.email, locale, at, goodUntil, words }
  tx.emit({ name: 'mail.due', kind, sealed: tx.seal.close(JSON.stringify(letter)) })
}

/** For the worker: what `sendMail` sealed. */
export function openLetter(seal: Seal, sealed: string): Letter {
  return JSON.parse(seal.open(sealed)) as Letter
}
