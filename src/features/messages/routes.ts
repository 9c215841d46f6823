// REST routes of messages and conversations.
import { unreadCount } from '../conversations/listing.ts'
import { markRead } from '../conversations/read.ts'
import type { Routes } from '../routes.ts'
import { history } from './history.ts'
import { create, listMine } from './overview.ts'
import { recall } from './recall.ts'
import { send } from './send.ts'
import { issueTicket } from './ticket.ts'
import { typing } from './typing.ts'

export const messageRoutes: Routes<'messages' | 'conversations'> = {
  'messages.send': send,
  'messages.recall': recall,
  'messages.typing': async (ctx, actor, input) => {
    await typing(ctx, actor, input)
    return { message: 'told' }
  },
  'messages.unreadCount': unreadCount,
  'messages.history': history,
  'messages.ticket': issueTicket,
  'conversations.list': listMine,
  'conversations.create': create,
  'conversations.read': markRead,
}
