// Messages that burn: a conversation's timer, and the end of what was said under it.
import { Type } from '@sinclair/typebox'
import type { Event } from './event.ts'
import { Conversation } from './inbox.ts'
import type { Operation } from './operation.ts'
import { Id, Seq } from './scalars.ts'

/** Seconds: half a minute, five, an hour, eight, a day, a week, four, ninety days. */
export const timers = [30, 300, 3_600, 28_800, 86_400, 604_800, 2_419_200, 7_776_000] as const

export const operations = {
  'conversations.timer': {
    method: 'PUT',
    path: '/messages/conversations/{id}/timer',
    summary: 'Let what is said from now on burn after a time; in a group for admins',
    tag: 'conversations',
    params: Type.Object({ id: Id }),
    body: Type.Object({
      seconds: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
        description: `One of ${timers.join(', ')}; null: what is said stays.`,
        examples: [3_600],
      }),
    }),
    data: Conversation,
    errors: ['conversationNotFound', 'notAllowed', 'blocked', 'validation'],
  },
} as const satisfies Record<string, Operation>

export const events = {
  /** Some of one conversation, by rising seq. They are gone by then. */
  'message.burned': {
    data: Type.Object({
      conversation_id: Id,
      messages: Type.Array(Type.Object({ id: Id, seq: Seq })),
    }),
    audience: { conversation: 'conversation_id' },
    kept: true,
  },
} as const satisfies Record<string, Event>
