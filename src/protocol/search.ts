// Search of messages.
import { Type, type Static } from '@sinclair/typebox'
import { Message } from './messages.ts'
import type { Operation } from './operation.ts'
import {
  Cursor,
  CursorPage,
  GroupId,
  Id,
  Instant,
  Page,
  PageSize,
  PeerId,
  Prepared,
} from './scalars.ts'

export const FoundMessage = Type.Object(
  {
    ...Message.properties,
    highlights: Type.Array(Type.Array(Type.Integer({ minimum: 0 }), { minItems: 2, maxItems: 2 }), {
      description:
        'Where in `content` it stands, each as `[start, length]` in code points, at most 100; empty ' +
        'where it was found in the name of a file or inside of what was passed on.',
      examples: [[[0, 2]]],
    }),
  },
  {
    title: 'FoundMessage',
    description: 'A message, and where in it what was searched for stands.',
  },
)
export type FoundMessage = Static<typeof FoundMessage>

export const FoundMessages = Type.Object(
  {
    list: Type.Array(FoundMessage),
    total: Type.Integer({ minimum: 0, description: 'Counts up to 1,000.', examples: [1] }),
    page: Page,
    page_size: PageSize,
    has_more: Type.Boolean(),
  },
  { title: 'FoundMessages' },
)

export const operations = {
  'messages.search': {
    method: 'GET',
    path: '/messages/search',
    summary: 'Find what was said in my conversations, newest first, as far as I may read it now',
    tag: 'messages',
    limit: 'search',
    query: Type.Object(
      {
        keyword: Type.String({
          maxLength: 128,
          description:
            'Each of its words has to be there, in any order: of scripts with spaces between words how ' +
            'a word begins, of the others wherever it stands. In quotes: one phrase of whole words. ' +
            'Upper and lower case, full and half width are the same.',
          examples: ['hi'],
          [Prepared]: 'key',
        }),
        conversation_id: Type.Optional(Id),
        group_id: Type.Optional(GroupId),
        from_user_id: Type.Optional(PeerId),
        message_type: Type.Optional(Type.Integer({ minimum: 1, maximum: 255, examples: [1] })),
        since: Type.Optional(Instant),
        until: Type.Optional(Instant),
        mentions_me: Type.Optional(
          Type.Boolean({ description: 'By name, or with everybody.', examples: [false] }),
        ),
        page: Type.Optional(Page),
        page_size: Type.Optional(PageSize),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] })),
      },
      {
        description:
          'Pages of the newest 1,000 and how many there are, or a cursor page when `cursor` or `limit` ' +
          'is given. A cursor page may be short, even empty, and have more: a search looks so far at once.',
      },
    ),
    data: Type.Union([FoundMessages, CursorPage(FoundMessage)]),
    errors: ['emptyKeyword', 'conversationNotFound', 'groupNotFound', 'validation'],
  },
} as const satisfies Record<string, Operation>
