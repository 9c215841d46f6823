// Laws of the inbox: my conversations, with people and with groups.
import type * as protocol from '../../../src/protocol/inbox.ts'
import { conversations, groups } from '../crowds.ts'
import { membersOnly, signedIn } from './access.ts'
import { both, cursor, fixed, text, words } from './longest.ts'
import { seesName, type Rows } from './row.ts'
import { once } from './twice.ts'

export const inbox: Rows<typeof protocol> = {
  operations: {
    'conversations.list': {
      scene: () => ({}),
      access: signedIn(),
      budget: 4,
      grows: {
        'by page': conversations({ page_size: 100 }),
        'by cursor': conversations({ limit: 100 }),
        'of groups': groups({ kind: 'group', limit: 100 }),
      },
      also: {
        'of groups': {
          async scene(stage) {
            await stage.group()
            return { kind: 'group' }
          },
          access: signedIn(),
          budget: 6,
        },
        'of both': {
          // The newest of each, so that neither is pushed off the page by the scenes before.
          async scene(stage) {
            await stage.group()
            await stage.message()
            return { kind: 'all' }
          },
          access: signedIn(),
          budget: 7,
        },
      },
      sight: seesName(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
    'conversations.pin': {
      async scene({ owner, conversation: id }) {
        await owner.does('conversations.pin', { id, is_pinned: false })
        return { id, is_pinned: true }
      },
      access: membersOnly('conversationNotFound'),
      twice: once('select count(*) from conversation_members where is_pinned', 'same'),
      budget: 8,
      sight: seesName(({ conversation: id }) => ({ id, is_pinned: true })),
    },
    'conversations.archive': {
      async scene({ owner, conversation: id }) {
        await owner.does('conversations.archive', { id, is_archived: false })
        return { id }
      },
      access: membersOnly('conversationNotFound'),
      twice: once(
        'select count(*) from conversation_members where archived_seq is not null',
        'same',
      ),
      budget: 8,
      sight: seesName(({ conversation: id }) => ({ id, is_archived: false })),
    },
    'conversations.draft': {
      async scene({ owner, conversation: id }) {
        await owner.does('conversations.draft', { id, content: '' })
        return { id, content: 'I was about to say' }
      },
      access: membersOnly('conversationNotFound'),
      twice: once('select count(*) from conversation_drafts', 'same'),
      budget: 9,
      sight: seesName(({ conversation: id }) => ({ id, content: 'hi' })),
      longest: ({ conversation: id }) => ({
        whole: both({ id: fixed(id), content: text('hi', words(5_000)) }),
      }),
    },
    'conversations.markUnread': {
      async scene({ owner, conversation: id }) {
        await owner.does('conversations.markUnread', { id, is_marked_unread: false })
        return { id }
      },
      access: membersOnly('conversationNotFound'),
      twice: once(
        'select count(*) from conversation_members where unread_at_seq is not null',
        'same',
      ),
      budget: 8,
      sight: seesName(({ conversation: id }) => ({ id, is_marked_unread: false })),
    },
    'conversations.mute': {
      async scene({ owner, conversation: id }) {
        await owner.does('conversations.mute', { id, is_muted: false })
        return { id, is_muted: true, until: '2100-01-01T00:00:00Z' }
      },
      access: membersOnly('conversationNotFound'),
      twice: once(
        'select count(*) from conversation_members where quiet_until is not null',
        'same',
      ),
      budget: 8,
      sight: seesName(({ conversation: id }) => ({ id, is_muted: false })),
      longest: ({ conversation: id }) => ({
        whole: both({ id: fixed(id), is_muted: fixed(true), until: fixed('2100-01-01T00:00:00Z') }),
      }),
    },
  },
}
