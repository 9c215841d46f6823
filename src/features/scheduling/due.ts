// Send what is due, by the road of all messages. A worker takes it first, in a transaction of its own: from
// then on nobody cancels it, and whoever takes it again after a crash says the same with the same
// client_msg_id, which is said once. The transaction that stores the message asks whether it is still taken
// by this worker: one that stood still says nothing that was taken over, released and cancelled meanwhile.
import { isFailure } from '../../core/failure.ts'
import type { BaseContext } from '../../context.ts'
import { errors } from '../../protocol/errors.ts'
import type { ConversationRef } from '../conversations/directory.ts'
import { directory } from '../conversations/state.ts'
import type { Draft } from '../messages/commit/draft.ts'
import { submitDraft } from '../messages/send.ts'
import {
  claimDue,
  holdClaims,
  isAnyDue,
  lockClaims,
  markFailed,
  markSent,
  putOff,
  release,
  type DueRow,
} from './due.store.ts'
import { limits } from './limits.ts'
import { noteChanged } from './schedule.ts'

/** Answers how many were taken: any means that there may be more. */
export async function sendDue(ctx: BaseContext): Promise<number> {
  const { claimMax: limit, claimEachMax: each, claimAhead: ahead, claimMs } = limits.scheduled
  if (!(await isAnyDue(ctx.sql, ctx.clock.now()))) return 0
  const held = ctx.clock.elapsed()
  const rows = await ctx.transact(async (tx) => {
    const { sql, now } = tx
    await lockClaims(sql)
    const until = new Date(now.getTime() + claimMs)
    const taken = await claimDue(sql, { now, until, limit, each, ahead })
    for (const row of taken) if (row.is_new) noteChanged(tx, row)
    return taken
  })
  const people = Map.groupBy(rows, (row) => row.user_id)
  const sent: Sent[] = []
  const sending = [...people.values()].map((theirs) => sendInOrder(ctx, theirs, { held, sent }))
  const ends = await Promise.allSettled(sending)
  await writeDown(ctx, sent)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return rows.length
}

interface Sent {
  readonly row: DueRow
  readonly message: number
}

interface Turn {
  /** Since when, in milliseconds of the monotonic clock. */
  readonly held: number
  /** What was said, of everybody: written down together, for until then it would only be said once more. */
  readonly sent: Sent[]
}

async function writeDown(ctx: BaseContext, sent: readonly Sent[]): Promise<void> {
  if (sent.length === 0) return
  await ctx.transact(async (tx) => {
    const said = sent.map(({ row, message }) => ({ id: row.id, message }))
    for (const row of await markSent(tx.sql, said, tx.now)) noteChanged(tx, row)
  })
  for (const { row } of sent) {
    const late = ctx.clock.now().getTime() - row.send_at.getTime()
    ctx.metrics.scheduled.inc({ outcome: 'sent' })
    ctx.metrics.scheduledLateSeconds.observe(Math.max(0, late) / 1000)
  }
}

/** What one person says, one after the other: what cannot be sent now holds up what comes after it. */
async function sendInOrder(ctx: BaseContext, rows: readonly DueRow[], turn: Turn): Promise<void> {
  for (const [index, row] of rows.entries()) {
    const isLate = ctx.clock.elapsed() - turn.held > limits.scheduled.holdMs
    if (isLate) return giveBack(ctx, rows.slice(index))
    if (await isSettled(ctx, row, turn)) continue
    return giveBack(ctx, rows.slice(index + 1))
  }
}

async function giveBack(ctx: BaseContext, rows: readonly DueRow[]): Promise<void> {
  if (rows.length === 0) return
  await ctx.transact(async (tx) => {
    for (const row of await release(tx.sql, rows)) noteChanged(tx, row)
  })
}

/** False: it is to be tried again. */
async function isSettled(ctx: BaseContext, row: DueRow, { sent }: Turn): Promise<boolean> {
  if (row.is_hidden) return fail(ctx, row, errors.accountDisabled.code)
  try {
    const ref = await ctx.of(directory).find(row.conversation_id)
    if (!ref) return await fail(ctx, row, errors.conversationNotFound.code)
    sent.push({ row, message: (await submitDraft(ctx, draftOf(row, ref))).id })
  } catch (error) {
    return refused(ctx, row, error)
  }
  return true
}

async function refused(ctx: BaseContext, row: DueRow, error: unknown): Promise<boolean> {
  const { attemptsMax, retryMs, retryMsMax } = limits.scheduled
  const known = isFailure(error)
  const isFinal = known && !errors[error.reason].retryable
  if (isFinal || row.attempts >= attemptsMax) {
    return fail(ctx, row, known ? error.code : errors.internal.code)
  }
  if (!known) ctx.log.warn({ err: error }, 'a scheduled message could not be sent')
  ctx.metrics.scheduled.inc({ outcome: 'later' })
  const told = (known ? Number(error.details?.retry_after ?? 0) : 0) * 1000
  const pause = Math.max(told, Math.min(retryMsMax, retryMs * 2 ** (row.attempts - 1)))
  await putOff(ctx.sql, row, new Date(ctx.clock.now().getTime() + pause))
  return false
}

async function fail(ctx: BaseContext, row: DueRow, code: number): Promise<true> {
  const isMine = await ctx.transact(async (tx) => {
    const done = await markFailed(tx.sql, row, code, tx.now)
    if (done) noteChanged(tx, row)
    return done
  })
  // Else it was taken back, or over, while this process stood still.
  if (isMine) ctx.metrics.scheduled.inc({ outcome: 'failed' })
  return true
}

/** As it was checked and compared when it was scheduled. No device has it yet, the sender's own neither. */
function draftOf(row: DueRow, ref: ConversationRef): Draft {
  return {
    ref,
    senderId: row.user_id,
    senderUserId: row.sender_name,
    clientMsgId: row.client_msg_id,
    digest: BigInt(row.digest),
    type: row.message_type,
    content: row.content,
    mediaUrl: row.media_url,
    replyToId: row.reply_to_id,
    atUsers: row.at_users,
    atNames: row.at_names,
    origin: '',
    claim: { id: row.id, attempts: row.attempts, hold: holdClaims },
  }
}
