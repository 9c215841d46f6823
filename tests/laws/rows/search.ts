// Laws of search.
import type * as protocol from '../../../src/protocol/search.ts'
import { found } from '../crowds.ts'
import { membersOnly, signedIn } from './access.ts'
import { both, cursor, fixed, text, words } from './longest.ts'
import { seesNothing, type Rows } from './row.ts'

export const search: Rows<typeof protocol> = {
  operations: {
    'messages.search': {
      async scene(stage) {
        await stage.message('a heron')
        return { keyword: 'heron', cursor: '', limit: 20 }
      },
      access: signedIn(),
      budget: 6,
      grows: {
        'by page': found({ keyword: 'hi', page_size: 100 }),
        'by cursor': found({ keyword: 'hi', limit: 100 }),
      },
      also: {
        'in a conversation': {
          async scene(stage) {
            await stage.message('a heron')
            return { keyword: 'heron', conversation_id: stage.conversation }
          },
          access: membersOnly('conversationNotFound'),
          budget: 6,
        },
        'of somebody, at some time': {
          async scene({ owner, cast: { member } }) {
            await member.says(owner, 'a heron')
            const when = { since: '2026-01-01T00:00:00Z', until: '2999-01-01T00:00:00Z' }
            const what = { message_type: 1, mentions_me: false, page: 1, page_size: 20 }
            return { keyword: 'heron', from_user_id: member.userId, ...when, ...what }
          },
          access: signedIn(),
          budget: 7,
        },
        'in a group': {
          async scene(stage) {
            const { group_id } = await stage.group()
            await stage.groupMessage(group_id, { content: 'a heron' })
            return { keyword: 'heron', group_id }
          },
          access: membersOnly('groupNotFound'),
          budget: 6,
        },
      },
      sight: seesNothing(() => ({ keyword: 'hi' })),
      longest: ({ conversation, friend, group }) => ({
        everywhere: both({
          keyword: text('heron', words(128)),
          from_user_id: { ordinary: friend.ordinary, longest: friend.longest },
          since: fixed('2026-01-01T00:00:00Z'),
          cursor,
        }),
        'in a conversation': both({
          keyword: text('heron', words(128)),
          conversation_id: fixed(conversation),
        }),
        'in a group': both({
          keyword: text('heron', words(128)),
          group_id: fixed(group),
        }),
      }),
    },
  },
}
