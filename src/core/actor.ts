// Who asks: the account, session and device behind a request or a socket.

export interface Actor {
  /** Internal account number, the key of every table. */
  readonly id: number
  /** The name the person chose; what the wire calls `user_id`. */
  readonly userId: string
  readonly nickname: string
  readonly sessionId: number
  readonly deviceId: string
  readonly role: Role
}

export type Role = 'user' | 'viewer' | 'operator'

/** What a door knows about an anonymous caller; limits and session lists are keyed by it. */
export interface Caller {
  readonly address: string
  readonly userAgent: string
  readonly locale: Locale
}

export type Locale = 'en' | 'zh'
