// SMTP adapter of the mail port.
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { SmtpConfig } from '../config.ts'
import { withDeadline, type Clock } from '../core/clock.ts'
import { limits } from './limits.ts'
import { checkOf } from '../protocol/check.ts'
import { Email } from '../protocol/scalars.ts'
import type { Mail, Mailer, MailOutcome } from './mail.ts'

export class SmtpMailer implements Mailer {
  readonly #transport
  readonly #closing = new AbortController()

  constructor(
    config: SmtpConfig,
    private readonly from: string,
    private readonly clock: Clock,
  ) {
    // A connection per mail: a mail that takes too long takes its connection along and no other.
    this.#transport = createTransport({
      host: config.host,
      port: config.port,
      secure: config.port === 465,
      ...(config.user ? { auth: { user: config.user, pass: config.password } } : {}),
      connectionTimeout: limits.smtp.deadlineMs,
      greetingTimeout: limits.smtp.deadlineMs,
      socketTimeout: limits.smtp.deadlineMs,
      // Destroyed and not asked to close: whoever hangs would not answer that either.
      socketCloseTimeout: 0,
      // No value from a person may ever make nodemailer read a file or fetch an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    } as Parameters<typeof createTransport>[0])
  }

  async send(mail: Mail): Promise<MailOutcome> {
    if (!isPlainAddress(mail.to)) return { outcome: 'refused', reply: 'no address', dead: true }
    // nodemailer's own time-outs do not cover every state (nodemailer/nodemailer#1729).
    const late = new AbortController()
    const timer = this.clock.after(limits.smtp.deadlineMs, () => late.abort())
    const signal = AbortSignal.any([late.signal, this.#closing.signal])
    const options: SendMailOptions & { signal: AbortSignal } = {
      from: this.from,
      to: { name: '', address: mail.to },
      messageId: `<${mail.id}@${domainOf(this.from)}>`,
      date: mail.date,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      // No holiday notes in return (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated', ...listHeaders(mail.unsubscribe ?? null) },
      signal,
    }
    try {
      await this.#transport.sendMail(options)
      return { outcome: 'sent' }
    } catch (error) {
      return outcomeOf(error)
    } finally {
      timer.stop()
    }
  }

  /** Connects and signs in, and says nothing more; null when the server let us, else its reply. */
  async greet(): Promise<string | null> {
    const work = this.#transport.verify()
    try {
      await withDeadline(this.clock, limits.smtp.deadlineMs, work, () => new Error('too late'))
      return null
    } catch (error) {
      const said = outcomeOf(error)
      return said.outcome === 'sent' ? null : said.reply
    }
  }

  /** What is under way is broken off. */
  close(): void {
    this.#closing.abort()
    this.#transport.close()
  }
}

/**
 * One address and nothing else: no list, no name, no comment. The doors have looked already, by the
 * same rule; a mail server must never see less.
 */
function isPlainAddress(address: string): boolean {
  return checkOf(Email).Check(address)
}

/** RFC 2369, and RFC 8058 where it may be one click: that has to be https. */
function listHeaders(unsubscribe: string | null): Record<string, string> {
  if (unsubscribe === null) return {}
  const oneClick = unsubscribe.startsWith('https:')
  return {
    'List-Unsubscribe': `<${unsubscribe}>`,
    ...(oneClick ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
  }
}

/** Where our own mails come from: `Curlew <no-reply@localhost>` → localhost. */
function domainOf(from: string): string {
  return /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
}

/** As nodemailer tells it. Its message and stack quote the server, and the server the address. */
interface SmtpError {
  readonly code?: unknown
  readonly command?: unknown
  readonly response?: unknown
  readonly responseCode?: unknown
}

/** Commands whose refusal is about this mail; of all others the refusal is about us. */
const aboutTheMail = new Set<unknown>(['RCPT TO', 'DATA'])
/**
 * RFC 3463: 5.3 the server's state, 5.5 the protocol, 5.6 the content, 5.7 a policy. Such a mail
 * need not come again, but another one may: were the address taken for dead, a sender on a black
 * list would find everybody dead.
 */
const notTheAddress = /^5\d\d[ -]5\.[3567]\./
/** 5.1 the address, 5.2 the mailbox. */
const theAddress = /^5\d\d[ -]5\.[12]\./

function outcomeOf(error: unknown): MailOutcome {
  const { code, command, response, responseCode } = error as SmtpError
  const words = typeof response === 'string' ? response : ''
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?!\S)/.exec(words)?.[1]
  const parts = [responseCode || code, enhanced, command].filter(
    (part) =>
      typeof part === 'number' || (typeof part === 'string' && /^[A-Z\d. ]{1,20}$/.test(part)),
  )
  const reply = parts.join(' ') || 'unknown'
  const final = typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600
  if (!final || !aboutTheMail.has(command)) return { outcome: 'later', reply }
  // Whoever has taken the address and then refuses the mail, mostly means what it says.
  const dead = command === 'DATA' ? theAddress.test(words) : !notTheAddress.test(words)
  return { outcome: 'refused', reply, dead }
}
