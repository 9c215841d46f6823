// Favourites: what people keep of what was said, each for themselves.
import { Type, type Static } from '@sinclair/typebox'
import type { Event } from './event.ts'
import { GroupMessage, Message } from './messages.ts'
import type { Operation } from './operation.ts'
import { Cursor, CursorPage, Done, Id, Page, PageSize, Seq, Strict, Time } from './scalars.ts'

export const Favorite = Type.Object(
  {
    id: Id,
    message_id: Id,
    created_at: Time,
    message: Type.Union([Message, GroupMessage], {
      description: 'As its history shows it now: a recalled one keeps its place and says nothing.',
    }),
  },
  { title: 'Favorite' },
)
export type Favorite = Static<typeof Favorite>

export const FavoriteList = Type.Object(
  {
    list: Type.Array(Favorite),
    total: Type.Integer({
      minimum: 0,
      description: 'Of all pages; without what may not be read at present.',
      examples: [2],
    }),
  },
  { title: 'FavoriteList' },
)

const tag = 'favorites'
const body = Type.Object({ message_id: Id }, { examples: [{ message_id: 1042 }] })

export const operations = {
  'favorites.add': {
    method: 'POST',
    path: '/favorites/add',
    summary: 'Keep a message that I may read; a second time changes nothing',
    tag,
    body,
    data: Favorite,
    errors: ['messageNotFound', 'notAllowed', 'conflict', 'validation'],
  },
  'favorites.remove': {
    method: 'DELETE',
    path: '/favorites/remove',
    summary: 'Keep a message no longer, named in the body; a second time changes nothing',
    tag,
    body,
    data: Done,
    errors: ['validation'],
  },
  'favorites.list': {
    method: 'GET',
    path: '/favorites/list',
    summary: 'What I keep and may read now, kept last first',
    tag,
    query: Type.Object(
      {
        page: Type.Optional(Page),
        page_size: Type.Optional(PageSize),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] })),
      },
      { description: 'A page and the total, or a cursor page when `cursor` or `limit` is given.' },
    ),
    data: Type.Union([FavoriteList, CursorPage(Favorite)]),
    errors: ['validation'],
  },
} as const satisfies Record<string, Operation>

export const events = {
  'favorite.set': {
    data: Type.Object({ user: Id, message_id: Id }),
    audience: { people: ['user'] },
    kept: true,
  },
} as const satisfies Record<string, Event>

const KeptMessage = Type.Object(
  { id: Id, message_id: Id, conversation_id: Id, seq: Seq, created_at: Time },
  Strict,
)

export const exportFiles = { favorites: Type.Array(KeptMessage) }
