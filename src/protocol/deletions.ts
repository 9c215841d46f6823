// Deleting messages for oneself alone.
import { Type } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { ServerFrame } from './frame.ts'
import type { Operation } from './operation.ts'
import { Done, Id, Seq } from './scalars.ts'

export const operations = {
  'messages.delete': {
    method: 'DELETE',
    path: '/messages/{id}',
    summary: 'Delete a message for myself alone; a second time changes nothing',
    tag: 'messages',
    params: Type.Object({
      id: {
        ...Id,
        description:
          'Afterwards it is left out of all that is shown to me: history, the list of conversations, ' +
          'favourites, mentions, pins. Where an answer skips a `seq`, there is nothing for me. Nobody ' +
          'else sees a difference, and what is unread counts by `seq` as before.',
      },
    }),
    data: Done,
    errors: ['messageNotFound'],
  },
} as const satisfies Record<string, Operation>

export const serverFrames = {
  message_deleted: {
    summary:
      'I have deleted a message for myself, on whatever device, or it has burned for everybody. What ' +
      'still comes of it, a change, is to be passed over.',
    data: Type.Object({ conversation_id: Id, message_id: Id, seq: Seq }),
  },
} as const satisfies Record<string, ServerFrame>

export const events = {
  'message.deleted': {
    data: Type.Object({ user: Id, message_id: Id, conversation_id: Id, seq: Seq }),
    audience: { people: ['user'] },
    kept: true,
  },
} as const satisfies Record<string, Event>
