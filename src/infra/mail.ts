// Port: hands one mail to the world. Promises: resolves once a server took it, else rejects.

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface Mailer {
  send(mail: Mail): Promise<void>
  close(): void
}
