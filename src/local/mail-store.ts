// Receives mail on a local SMTP port and keeps the newest ones in memory, delivering none.
import type { AddressInfo } from 'node:net'
import PostalMime, { type Address } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export type CaughtMail = {
  id: number
  date: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string
}

const keptMax = 200
const mailBytesMax = 10 * 1024 * 1024

function show(address: Address | undefined) {
  if (!address) return ''
  return address.name ? `${address.name} <${address.address ?? ''}>` : (address.address ?? '')
}

async function readAll(stream: AsyncIterable<Uint8Array>) {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

export class MailStore implements AsyncDisposable {
  #mails: CaughtMail[] = []
  #nextId = 1
  #server: SMTPServer
  port = 0

  constructor() {
    this.#server = new SMTPServer({
      banner: 'Local mail catcher: nothing is delivered',
      // Without a certificate there is nothing to upgrade to, and any login is welcome.
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      size: mailBytesMax,
      logger: false,
      onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anyone' }),
      onData: (stream, session, done) => {
        const recipients = session.envelope.rcptTo.map((recipient) => recipient.address)
        this.#receive(stream, recipients).then(
          () => done(),
          (error: Error) => done(error),
        )
      },
    })
    // A client that hangs up midway is no reason to fall over.
    this.#server.on('error', () => {})
  }

  async listen(port = 0) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen(port, '127.0.0.1', () => resolve())
    await promise
    this.port = (this.#server.server.address() as AddressInfo).port
  }

  /** Newest first, optionally only those to one address. */
  list(to?: string) {
    const wanted = to?.toLowerCase()
    return this.#mails.filter(
      (mail) => !wanted || mail.to.some((one) => one.toLowerCase() === wanted),
    )
  }

  /** Newest first, those with these words in an address, the subject or the text. */
  search(words: string) {
    const wanted = words.trim().toLowerCase()
    const hay = ({ from, to, subject, text }: CaughtMail) =>
      [from, ...to, subject, text].join('\n').toLowerCase()
    return this.#mails.filter((mail) => wanted === '' || hay(mail).includes(wanted))
  }

  delete(id: number) {
    this.#mails = this.#mails.filter((mail) => mail.id !== id)
  }

  /** What a search with these words shows, and nothing else; without words, all. */
  deleteFound(words: string) {
    const found = new Set(this.search(words))
    this.#mails = this.#mails.filter((mail) => !found.has(mail))
  }

  find(id: number) {
    return this.#mails.find((mail) => mail.id === id)
  }

  async [Symbol.asyncDispose]() {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #receive(stream: AsyncIterable<Uint8Array>, to: string[]) {
    const mail = await PostalMime.parse(await readAll(stream))
    this.#mails.unshift({
      id: this.#nextId++,
      date: new Date().toISOString(),
      from: show(mail.from),
      to,
      subject: mail.subject ?? '',
      text: mail.text ?? '',
      html: mail.html ?? '',
    })
    this.#mails.length = Math.min(this.#mails.length, keptMax)
  }
}
