// React to a message with an emoji, take that back, see who has.
import type { Actor } from '../../../core/actor.ts'
import { emojiOf } from '../../../core/emoji.ts'
import { Failure, invalid } from '../../../core/failure.ts'
import { decodeCursor, encodeCursor } from '../../../core/page.ts'
import type { BaseContext, Context } from '../../../context.ts'
import type { EventData } from '../../../protocol/events.ts'
import type { ClientAnswer, ClientData } from '../../../protocol/frames.ts'
import { messageTypes } from '../../../protocol/messages.types.ts'
import type { Message } from '../../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../../protocol/operations.ts'
import { isStorable } from '../../../protocol/characters.ts'
import { whyClosed } from '../../friends/policy.ts'
import { findProfiles } from '../../people/people.ts'
import { tell } from '../../tell.ts'
import { change } from '../change.ts'
import { limits } from '../limits.ts'
import { listReadable, type ChangeTarget } from '../store.ts'
import { added, removed } from './emoji.ts'
import {
  deleteReaction,
  insertReaction,
  listReactions,
  writeTally,
  type ReactionPosition,
} from './store.ts'

const defaultSize = 20

export async function react(
  ctx: Context,
  actor: Actor,
  input: InputOf<'messages.react'>,
): Promise<OutputOf<'messages.react'>> {
  return (await set(ctx, actor, input, true)).reactions ?? []
}

export async function unreact(
  ctx: Context,
  actor: Actor,
  input: InputOf<'messages.unreact'>,
): Promise<OutputOf<'messages.unreact'>> {
  return (await set(ctx, actor, input, false)).reactions ?? []
}

export function reactBySocket(
  ctx: Context,
  actor: Actor,
  { remove = false, ...input }: ClientData<'react'>,
): Promise<ClientAnswer<'react'>> {
  return set(ctx, actor, input, !remove)
}

/** Whoever may read it may react to it; what is so already changes nothing. */
async function set(
  ctx: Context,
  actor: Actor,
  { id, emoji: text }: { id: number; emoji: string },
  is: boolean,
): Promise<Message> {
  const emoji = readEmoji(text)
  return change(ctx, actor, { id }, async (tx, target) => {
    await checkOpen(ctx, actor, target)
    const tally = target.reactions ?? []
    if (is) {
      const isNew = !tally.some(([each]) => each === emoji)
      if (isNew && tally.length >= limits.message.emojiMax) {
        throw new Failure('conflict', { field: 'emoji', max: limits.message.emojiMax })
      }
      if (!(await insertReaction(tx.sql, id, actor.id, emoji))) return false
    } else if (!(await deleteReaction(tx.sql, id, actor.id, emoji))) return false
    await writeTally(tx.sql, id, is ? added(tally, emoji) : removed(tally, emoji))
    const { conversation_id } = target
    tx.emit({ name: 'message.reacted', message_id: id, conversation_id, user: actor.id, emoji, is })
    return true
  })
}

function readEmoji(text: string): string {
  const emoji = emojiOf(text)
  if (emoji === null) throw invalid('emoji', 'pattern')
  return emoji
}

/** Where only admins speak everybody may react; who is muted may not. */
async function checkOpen(ctx: Context, actor: Actor, target: ChangeTarget): Promise<void> {
  if (target.recalled_at || target.message_type === messageTypes.system) {
    throw new Failure('notAllowed')
  }
  if (!target.is_open) {
    if (target.peer_id === null) throw new Failure('notAllowed')
    throw await whyClosed(ctx.sql, actor.id, target.peer_id)
  }
  if (target.is_silenced) throw new Failure('muted')
}

/** Who has, in the order in which they did. */
export async function reactions(
  ctx: Context,
  actor: Actor,
  input: InputOf<'messages.reactions'>,
): Promise<OutputOf<'messages.reactions'>> {
  const limit = input.limit ?? defaultSize
  const emoji = input.emoji === undefined ? null : readEmoji(input.emoji)
  const [found] = await listReadable(ctx.sql, [input.id], actor.id)
  if (!found) throw new Failure('messageNotFound')
  const after = input.cursor ? positionOf(input.cursor) : null
  const rows = await listReactions(ctx.sql, input.id, { emoji, after, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const edge = rows.length > limit ? shown.at(-1) : undefined
  const people = shown.map((row) => row.user_id)
  const profiles = await findProfiles(ctx.sql, actor.id, people)
  return {
    list: shown.flatMap((row) => {
      const who = profiles.get(row.user_id)
      return who ? [{ emoji: row.emoji, user: who, created_at: row.created_at.toISOString() }] : []
    }),
    has_more: edge !== undefined,
    next_cursor: edge ? encodeCursor([edge.at, edge.user_id, edge.emoji]) : null,
  }
}

function positionOf(cursor: string): ReactionPosition {
  const [at, user, emoji] = decodeCursor(cursor, 3)
  if (typeof at === 'number' && typeof user === 'number' && typeof emoji === 'string') {
    // What no database holds would be an error of ours.
    if (at >= 0 && isStorable(emoji)) return { at, user, emoji }
  }
  throw invalid('cursor', 'pattern')
}

/** What all hear does not say whose it is: the devices of whoever did it hear that. */
export const tellReacted = (
  ctx: BaseContext,
  { message_id, conversation_id, user, emoji, is }: EventData<'message.reacted'>,
): Promise<void> =>
  tell(ctx, [user], 'reacted', { message_id, conversation_id, emoji, is_mine: is })
