// What a client shows first, made of all conversations, whoever is in them.
import type * as protocol from '../../protocol/inbox.ts'
import { conversations } from '../conversations/feature.ts'
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import { groups } from '../groups/feature.ts'
import { messages } from '../messages/feature.ts'
import { list } from './list.ts'
import { archive, draft, markUnread, mute, pin } from './settings.ts'

export const inbox = feature<typeof protocol>({
  name: 'inbox',
  uses: [conversations, messages, groups],
  routes: {
    'conversations.list': list,
    'conversations.pin': pin,
    'conversations.mute': mute,
    'conversations.archive': archive,
    'conversations.draft': draft,
    'conversations.markUnread': markUnread,
  },
  custody: keepsNothing,
})
