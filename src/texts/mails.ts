// Every mail there is, what its words need, and what words are made of.

/** Times are RFC 3339 in UTC. */
export interface MailWords {
  code: { code: string; minutes: number }
  welcome: { nickname: string }
  newDevice: { nickname: string; device: string; address: string; at: string }
  passwordChanged: { nickname: string; at: string }
  deletionScheduled: { nickname: string; until: string }
  exportReady: { nickname: string; url: string; until: string }
  digest: {
    nickname: string
    /** Unread, in all. */
    messages: number
    heard: readonly Heard[]
    /** Conversations besides those. */
    more: number
    url: string
    /** Where it ends. */
    stop: string
  }
}

/** What waits in one conversation: how much, and maybe the newest of it. */
export interface Heard {
  readonly name: string
  readonly unread: number
  readonly said: string | null
}

export type MailKind = keyof MailWords

/** Nothing a person chose may stand in the subject: it is a header, and read before all else. */
export interface MailText {
  readonly subject: string
  readonly title: string
  readonly lines: readonly MailLine[]
}

export type MailLine =
  | string
  /** A code to be read and typed; it stands alone on its line. */
  | { readonly code: string }
  | { readonly big: string }
  /** What there is to know, each under its name. */
  | { readonly facts: readonly (readonly [string, string])[] }
  | { readonly link: string; readonly label: string }
  | { readonly fine: string }
  /** A link that nobody is asked to follow. */
  | { readonly aside: string; readonly label: string }

export type MailTexts = { readonly [K in MailKind]: (words: MailWords[K]) => MailText }
