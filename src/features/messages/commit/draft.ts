// A message on its way into the database: types only.
import type { TxSql } from '../../../infra/db.ts'
import type { Origin } from '../../../infra/relay.ts'
import type { ConversationRef } from '../../conversations/directory.ts'

/** What lets something be said later, and may be taken back. */
export interface Claim {
  readonly id: number
  readonly attempts: number
  /** Locks those of these claims that stand, until the end of the transaction, and answers their ids. */
  readonly hold: (sql: TxSql, claims: readonly Claim[]) => Promise<ReadonlySet<number>>
}

export interface Draft {
  readonly ref: ConversationRef
  readonly senderId: number
  readonly senderUserId: string
  readonly clientMsgId: string
  /** Of what is said; see policy.digestOf. */
  readonly digest: bigint
  readonly type: number
  readonly content: string
  readonly mediaUrl: string
  readonly replyToId: number | null
  /** Whom it mentions, by account; 0 stands for everybody there. */
  readonly atUsers: readonly number[] | null
  /** The same by name, as the wire shows it. */
  readonly atNames: string
  readonly origin: Origin
  /** It may be taken back until it is stored. */
  readonly claim?: Claim
}

export interface Accepted {
  readonly id: number
  readonly seq: number
  readonly createdAt: Date
  /** The message before it in its conversation was committed a moment ago. */
  readonly follows: boolean
  /** It had been said before, with this client_msg_id. */
  readonly repeated: boolean
  /** Its sender's read mark moved, and stands at it. */
  readonly marked: boolean
  /** Of a group, see commit.store; null between two people. */
  readonly membersVersion: string | null
  /** When it burns; null: never. */
  readonly expiresAt: Date | null
}

/** A message that came by a socket of this node. */
export interface LocalSend {
  readonly conversation: number
  readonly user: number
  readonly seq: number
  readonly follows: boolean
}
