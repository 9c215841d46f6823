// Reactions to messages, each an emoji.
import { Type } from '@sinclair/typebox'
import { Emoji, Reactions } from './emoji.ts'
import type { Event } from './event.ts'
import type { ClientFrame, ServerFrame } from './frame.ts'
import { Message } from './messages.ts'
import type { Operation } from './operation.ts'
import { User } from './people.ts'
import { Cursor, CursorPage, Id, Strict, Time } from './scalars.ts'

const byId = Type.Object({ id: Id })
const body = Type.Object({ emoji: Emoji })
const errors = ['validation', 'messageNotFound', 'notAllowed', 'blocked', 'muted'] as const

export const Reactor = Type.Object(
  { emoji: Type.String({ examples: ['👍'] }), user: User, created_at: Time },
  { title: 'Reactor' },
)

export const operations = {
  'messages.react': {
    method: 'POST',
    path: '/messages/{id}/reactions',
    summary: 'React to a message that I may read; a second time changes nothing',
    tag: 'messages',
    limit: 'react',
    params: byId,
    body,
    data: Reactions,
    errors: [...errors, 'conflict'],
  },
  'messages.unreact': {
    method: 'DELETE',
    path: '/messages/{id}/reactions',
    summary: 'Take a reaction of mine back; a second time changes nothing',
    tag: 'messages',
    limit: 'react',
    params: byId,
    body,
    data: Reactions,
    errors,
  },
  'messages.reactions': {
    method: 'GET',
    path: '/messages/{id}/reactions',
    summary: 'Who has reacted to a message, and how, the first first',
    tag: 'messages',
    params: byId,
    query: Type.Object({
      emoji: Type.Optional(Emoji),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, examples: [20] })),
    }),
    data: CursorPage(Reactor),
    errors: ['validation', 'messageNotFound'],
  },
} as const satisfies Record<string, Operation>

export const clientFrames = {
  react: {
    summary: 'React to a message, or take that back.',
    data: Type.Object({
      id: Id,
      emoji: Emoji,
      remove: Type.Optional(Type.Boolean({ description: 'Take it back.', examples: [false] })),
    }),
    answer: Message,
    limit: 'react',
  },
} as const satisfies Record<string, ClientFrame>

export const serverFrames = {
  reacted: {
    summary:
      'I have reacted to a message, or taken that back, on whatever device: which of its reactions are ' +
      'mine, for `message_updated` is the same for all.',
    data: Type.Object({
      message_id: Id,
      conversation_id: Id,
      emoji: Type.String({ examples: ['👍'] }),
      is_mine: Type.Boolean(),
    }),
  },
} as const satisfies Record<string, ServerFrame>

export const events = {
  'message.reacted': {
    data: Type.Object({
      message_id: Id,
      conversation_id: Id,
      user: Id,
      emoji: Type.String(),
      is: Type.Boolean(),
    }),
    audience: { people: ['user'] },
    kept: false,
  },
} as const satisfies Record<string, Event>

const OwnReaction = Type.Object({ message_id: Id, emoji: Type.String(), created_at: Time }, Strict)

export const exportFiles = { message_reactions: Type.Array(OwnReaction) }
