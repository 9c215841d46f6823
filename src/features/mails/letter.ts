// A mail on its way, and the step by which one must go out. What it says travels sealed: no address stands
// in the outbox or a job.
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

interface Addressee {
  readonly email: string
  readonly locale: string
}

export function letterTo<K extends MailKind>(
  kind: K,
  to: Addressee,
  words: MailWords[K],
  { at, lifeMs }: { readonly at: number; readonly lifeMs: number },
): Letter<K> {
  const locale: Locale = to.locale === 'zh' ? 'zh' : 'en'
  return { kind, to: to.email, locale, at, goodUntil: at + lifeMs, words }
}

/** Sent once the transaction has committed; `locale` is the one the person chose. */
export function sendMail<K extends MailKind>(
  tx: Tx,
  kind: K,
  to: Addressee,
  words: MailWords[K],
): void {
  const at = tx.now.getTime()
  const lifeMs = 'minutes' in words ? words.minutes * 60_000 : limits.mail.lifeMs
  const letter = letterTo(kind, to, words, { at, lifeMs })
  tx.emit({ name: 'mail.due', kind, sealed: tx.seal.close(JSON.stringify(letter)) })
}

/** For the worker: what `sendMail` sealed. */
export function openLetter(seal: Seal, sealed: string): Letter {
  return JSON.parse(seal.open(sealed)) as Letter
}
