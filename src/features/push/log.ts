// What became of notifications: written by the workers, read by whom they were for.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { decodeNumbers, encodeCursor } from '../../core/page.ts'
import { Throttle } from '../../core/throttle.ts'
import type { BaseContext, Context, State } from '../../context.ts'
import type { PushAnswer } from '../../infra/push.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import type { AttemptState, PushAttempt } from '../../protocol/push.ts'
import { findUserByUserId } from '../people/accounts.ts'
import { limits } from './limits.ts'
import { insertAttempt, listAttempts, type AttemptRow } from './log.store.ts'
import type { SubscriptionRow } from './store.ts'

const defaultSize = 20

/** One's own; those who may look at the queues may look at anybody's, and the log says that they did. */
export async function log(
  ctx: Context,
  actor: Actor,
  { user_id, cursor, limit = defaultSize }: InputOf<'push.log'>,
): Promise<OutputOf<'push.log'>> {
  const user = user_id === undefined ? actor.id : await someone(ctx, actor, user_id)
  const since = new Date(ctx.clock.now().getTime() - limits.push.logMs)
  const [before] = cursor ? decodeNumbers(cursor, 1) : []
  const rows = await listAttempts(ctx.sql, user, { before, since, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const edge = rows.length > limit ? shown.at(-1) : undefined
  return {
    list: shown.map(show),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.id]) : null,
  }
}

async function someone(ctx: Context, actor: Actor, userId: string): Promise<number> {
  if (userId.toLowerCase() === actor.userId.toLowerCase()) return actor.id
  const found = actor.role === 'user' ? undefined : await findUserByUserId(ctx.sql, userId)
  if (!found) throw new Failure('userNotFound')
  ctx.log.info({ event: 'push.log_read', by: actor.id, user: found.id }, 'an admin read a push log')
  return found.id
}

export function show(row: AttemptRow): PushAttempt {
  const { at, conversation_id, registration_id, kind, state, answer } = row
  return { at: at.toISOString(), conversation_id, registration_id, kind, state, answer }
}

/** What one process has said of what it kept back. */
export const skips: State<Throttle> = {
  name: 'skips of push',
  create: ({ clock }) => new Throttle(clock, limits.push.skipMs, limits.push.skipsMax),
}

export interface Noted {
  readonly to: Pick<SubscriptionRow, 'id' | 'user_id' | 'kind'>
  readonly conversation: number
  readonly state: AttemptState
  readonly answer: string
  /** Of the newest message that was shown. */
  readonly seq?: number | null
}

export async function note(ctx: BaseContext, noted: Noted) {
  const { to, conversation, state, answer, seq = null } = noted
  await insertAttempt(ctx.sql, {
    user: to.user_id,
    conversation_id: conversation,
    registration_id: to.id,
    kind: to.kind,
    state,
    answer,
    seq,
    at: ctx.clock.now(),
  })
}

/** Of what nobody was asked about: the same again is no news for a while. */
export async function noteOnce(ctx: BaseContext, noted: Noted): Promise<void> {
  const { to, conversation, state, answer } = noted
  if (!ctx.of(skips).due(`${to.id} ${conversation} ${state} ${answer}`)) return
  await note(ctx, noted)
}

/** What was said, in the words of whoever said it; without any, what happened instead. */
export function wordsOf({ outcome, status, said }: PushAnswer): string {
  const heard = [status, said].filter((each) => each !== null).join(' ')
  return heard === '' ? outcome : heard
}
