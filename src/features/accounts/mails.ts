// A step: a mail must go out. What it says travels sealed: no address stands in the outbox or a job.
import type { Locale } from '../../core/actor.ts'
import type { Seal } from '../../core/seal.ts'
import type { BaseContext } from '../../context.ts'
import { emit, type Tx } from '../../infra/db.ts'

/** Every mail there is, and what its words need. Times are RFC 3339 in UTC. */
export interface MailWords {
  code: { code: string; minutes: number }
  welcome: { nickname: string }
  newDevice: { nickname: string; device: string; address: string; at: string }
  passwordChanged: { nickname: string; at: string }
  deletionScheduled: { nickname: string; until: string }
  exportReady: { nickname: string; url: string; until: string }
}

export type MailKind = keyof MailWords

export interface Letter<K extends MailKind = MailKind> {
  readonly kind: K
  readonly to: string
  readonly locale: Locale
  readonly words: MailWords[K]
}

/** Sent once the transaction has committed; `locale` is the one the person chose. */
export function sendMail<K extends MailKind>(
  ctx: BaseContext,
  tx: Tx,
  kind: K,
  to: { readonly email: string; readonly locale: string },
  words: MailWords[K],
): void {
  const locale: Locale = to.locale === 'zh' ? 'zh' : 'en'
  const letter: Letter<K> = { kind, to: to.email, locale, words }
  emit(tx, { name: 'mail.due', kind, sealed: ctx.seal.close(JSON.stringify(letter)) })
}

/** For the worker: what `sendMail` sealed. */
export function openLetter(seal: Seal, sealed: string): Letter {
  return JSON.parse(seal.open(sealed)) as Letter
}
