// My conversations, each with its newest message.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import type { Context } from '../../context.ts'
import type { DirectConversation } from '../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { listPage, openWith } from '../conversations/listing.ts'
import { findMessages } from './store.ts'
import { messageView } from './view.ts'

export async function listMine(
  ctx: Context,
  actor: Actor,
  input: InputOf<'conversations.list'>,
): Promise<OutputOf<'conversations.list'>> {
  const { conversations, cursor } = await listPage(ctx, actor, input)
  const list = await withNewest(ctx, conversations)
  return cursor ? { list, ...cursor } : list
}

export async function create(
  ctx: Context,
  actor: Actor,
  input: InputOf<'conversations.create'>,
): Promise<OutputOf<'conversations.create'>> {
  const [shown] = await withNewest(ctx, [await openWith(ctx, actor, input.friend_user_id)])
  return must(shown, 'one conversation goes in, one comes out')
}

async function withNewest(
  ctx: Context,
  conversations: readonly DirectConversation[],
): Promise<DirectConversation[]> {
  const newest = conversations.flatMap(({ last_message_id: id }) => (id === null ? [] : [id]))
  const [messages, places] = await Promise.all([
    findMessages(ctx.sql, newest),
    ctx.directory.findAll(conversations.map((each) => each.id)),
  ])
  const lastOf = new Map(messages.map((message) => [message.conversation_id, message]))
  return conversations.map((each) => {
    const last = lastOf.get(each.id)
    const place = places.get(each.id)
    return last && place ? { ...each, last_message: messageView(last, place) } : each
  })
}
