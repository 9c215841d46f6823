// My conversations, each with its newest message.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { isFailure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { DirectConversation } from '../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findPerson } from '../people/people.ts'
import { listPage, openWith } from '../conversations/listing.ts'
import { whyClosed } from '../friends/policy.ts'
import { findMessages } from './store.ts'
import { messageView } from './view.ts'
import { directory } from '../conversations/state.ts'

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
  const opened = await openWith(ctx, actor, input.friend_user_id).catch(async (error) => {
    if (!isFailure(error, 'notAllowed')) throw error
    const { id } = await findPerson(ctx.sql, input.friend_user_id)
    throw await whyClosed(ctx.sql, actor.id, id)
  })
  const [shown] = await withNewest(ctx, [opened])
  return must(shown, 'one conversation goes in, one comes out')
}

async function withNewest(
  ctx: Context,
  conversations: readonly DirectConversation[],
): Promise<DirectConversation[]> {
  const newest = conversations.flatMap(({ last_message_id: id }) => (id === null ? [] : [id]))
  const [messages, refs] = await Promise.all([
    findMessages(ctx.sql, newest),
    ctx.of(directory).findAll(conversations.map((each) => each.id)),
  ])
  const lastOf = new Map(messages.map((message) => [message.conversation_id, message]))
  return conversations.map((each) => {
    const last = lastOf.get(each.id)
    const ref = refs.get(each.id)
    return last && ref ? { ...each, last_message: messageView(last, ref) } : each
  })
}
