// Conversations: who is in them, whether they are open, and how far everybody has read.
import type * as protocol from '../../protocol/conversations.ts'
import { feature } from '../feature.ts'
import { people } from '../people/feature.ts'
import { settings } from '../settings/feature.ts'
import { custody } from './custody.ts'
import { tellEntered } from './channels.ts'
import { unreadCount } from './listing.ts'
import { tellMember } from './fellows.ts'
import { markRead, tellRead } from './read.ts'
import { endMutes, tellSet } from './settings.ts'
import { audienceCache, directory, markTeller } from './state.ts'
import * as bounds from './limits.ts'

export const conversations = feature<typeof protocol & typeof bounds>({
  name: 'conversations',
  uses: [people, settings],
  routes: { 'messages.unreadCount': unreadCount, 'conversations.read': markRead },
  ops: {
    mark_read: {
      run: (ctx, actor, data) => markRead(ctx, actor, { id: data.conversation_id, seq: data.seq }),
    },
  },
  reactions: {
    'conversation.read': tellRead,
    'conversation.set': tellSet,
    'member.changed': tellMember,
    'channel.entered': tellEntered,
  },
  states: [directory, audienceCache, markTeller],
  custody,
  limits: bounds.limits,
  recover: endMutes,
})
