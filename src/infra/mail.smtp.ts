// SMTP adapter of the mail port.
import { createTransport } from 'nodemailer'
import type { SmtpConfig } from '../config.ts'
import { withDeadline, type Clock } from '../core/clock.ts'
import { Failure } from '../core/failure.ts'
import { limits } from '../core/limits.ts'
import type { Mail, Mailer } from './mail.ts'

export class SmtpMailer implements Mailer {
  readonly #transport

  constructor(
    config: SmtpConfig,
    private readonly from: string,
    private readonly clock: Clock,
  ) {
    this.#transport = createTransport({
      host: config.host,
      port: config.port,
      secure: config.port === 465,
      ...(config.user ? { auth: { user: config.user, pass: config.password } } : {}),
      pool: true,
      maxConnections: 4,
      connectionTimeout: limits.mail.deadlineMs,
      greetingTimeout: limits.mail.deadlineMs,
      socketTimeout: limits.mail.deadlineMs,
      // No value from a person may ever make nodemailer read a file or fetch an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  async send(mail: Mail): Promise<void> {
    // nodemailer's own time-outs do not cover every state (nodemailer/nodemailer#1729).
    await withDeadline(
      this.clock,
      limits.mail.deadlineMs,
      this.#transport.sendMail({
        from: this.from,
        to: { name: '', address: mail.to },
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
      }),
      () => new Failure('mailUnavailable'),
    )
  }

  close(): void {
    this.#transport.close()
  }
}
