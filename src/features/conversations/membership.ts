// Questions for features above: is this person in, and may anything be said?
import { Failure } from '../../core/failure.ts'
import type { Sql } from '../../infra/db.ts'
import { findConversation, isOpen, type ConversationRow } from './store.ts'

/** The conversation as a member sees it; for anybody else it does not exist. */
export async function requireMember(sql: Sql, id: number, user: number): Promise<ConversationRow> {
  const row = await findConversation(sql, id, user)
  if (!row) throw new Failure('conversationNotFound')
  return row
}

/** For signals that are not stored; a message asks inside its statement. */
export async function requireOpen(sql: Sql, id: number): Promise<void> {
  if (!(await mayWrite(sql, id))) throw new Failure('notAllowed')
}

/** Whether anybody may say anything there now. */
export function mayWrite(sql: Sql, id: number): Promise<boolean> {
  return isOpen(sql, id)
}
