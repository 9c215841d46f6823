// Port: hands one mail to the world. Promises: says what became of it and never rejects; what it
// says quotes neither the address nor the mail.

export interface Mail {
  /** The same whenever this mail is sent again, so that whoever gets it twice can tell. */
  readonly id: string
  readonly date: Date
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where whoever gets it says that they want no more of its kind; null where it is about their account. */
  readonly unsubscribe?: string | null
}

export type MailOutcome =
  | { readonly outcome: 'sent' }
  /** Trying again cannot help. `dead`: because there is no such address, or it takes nothing. */
  | { readonly outcome: 'refused'; readonly reply: string; readonly dead: boolean }
  | { readonly outcome: 'later'; readonly reply: string }

export interface Mailer {
  send(mail: Mail): Promise<MailOutcome>
  close(): void
}
