// Durable events: what happened, as ids only. Emitted inside a transaction, told after the commit.
// They travel through the outbox and jobs, so they never hold text a person wrote or a secret in
// clear; workers/reactions.ts says what follows from each.

export interface DurableEvents {
  'mail.due': { kind: string; sealed: string }
  /** Signed in before the deletion of the account was due. */
  'account.returned': { user: number }
  'export.requested': { export: number }
  'friend.requested': { request_id: number; from: number; to: number }
  'friend.accepted': { request_id: number; from: number; to: number }
  'friend.removed': { by: number; other: number }
  'conversation.read': {
    conversation_id: number
    reader: number
    read_seq: number
    read_at: string
    /** Left to read at that moment; a server of before does not say it. */
    unread?: number
  }
  'moment.liked': { like_id: number }
  'moment.commented': { comment_id: number }
  'message.changed': { message_id: number; conversation_id: number; version: number }
}

export type EventName = keyof DurableEvents

export type DurableEvent = {
  [N in EventName]: { readonly name: N } & Readonly<DurableEvents[N]>
}[EventName]
