// Steps for the groups feature: who comes into a conversation, what they may do there, who goes. The
// row of the conversation is the lock that every sender takes, so each of them acts at once.
import type { Tx } from '../../infra/db.ts'
import { limits } from './limits.ts'
import {
  countChange,
  countEntry,
  dissolve,
  insertGroupConversation,
  insertMembers,
  lockConversation,
  removeMember,
  updateMutedUntil,
  updateNickname,
  updatePosting,
  updateRole,
} from './members.store.ts'

/** Where the seq stands; null where nothing is said any more. */
export async function lockOpen(tx: Tx, id: number): Promise<number | null> {
  const row = await lockConversation(tx.sql, id)
  return row?.is_open ? row.last_seq : null
}

export function openGroup(tx: Tx, groupId: string): Promise<number> {
  return insertGroupConversation(tx.sql, groupId)
}

export interface Entry {
  readonly role: number
  /** What came up to this seq is not for them. */
  readonly seesAfter: number
  /** Where the seq stands as they come. */
  readonly lastSeq: number
}

/** Answers who came in: not those who were in it. */
export async function enter(
  tx: Tx,
  id: number,
  users: readonly number[],
  { role, seesAfter, lastSeq: readSeq }: Entry,
): Promise<number[]> {
  const entered = await insertMembers(tx.sql, id, users, { role, seesAfter, readSeq })
  if (entered.length === 0) return entered
  const { is_channel, has_grown } = await countEntry(tx.sql, id, limits.audience.membersMax)
  if (is_channel) {
    tx.emit({ name: 'channel.entered', conversation_id: id, users: has_grown ? [] : entered })
  }
  return entered
}

/** False for somebody who is not in it. */
export async function leave(tx: Tx, id: number, user: number): Promise<boolean> {
  const isGone = await removeMember(tx.sql, id, user)
  if (isGone) await countChange(tx.sql, id)
  return isGone
}

export async function setRole(tx: Tx, id: number, user: number, role: number): Promise<void> {
  await updateRole(tx.sql, id, user, role)
  await noteMember(tx, id, user)
}

export async function mute(tx: Tx, id: number, user: number, until: Date | null): Promise<void> {
  await updateMutedUntil(tx.sql, id, user, until)
  await noteMember(tx, id, user)
}

export async function setNickname(
  tx: Tx,
  id: number,
  user: number,
  nickname: string,
): Promise<void> {
  if (await updateNickname(tx.sql, id, user, nickname)) await noteMember(tx, id, user)
}

async function noteMember(tx: Tx, id: number, user: number): Promise<void> {
  await countChange(tx.sql, id)
  tx.emit({ name: 'member.changed', conversation_id: id, user })
}

/** Who may speak, and how often. */
export async function setPosting(
  tx: Tx,
  id: number,
  posting: { role?: number | undefined; slowSeconds?: number | undefined },
): Promise<void> {
  await updatePosting(tx.sql, id, posting)
  await countChange(tx.sql, id)
}

export async function dissolveGroup(tx: Tx, id: number): Promise<void> {
  await dissolve(tx.sql, id)
  await countChange(tx.sql, id)
}
