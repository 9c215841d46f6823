// Every durable event by name.
import type { Static } from '@sinclair/typebox'
import * as conversations from './conversations.ts'
import * as departure from './departure.ts'
import type { Event } from './event.ts'
import * as friends from './friends.told.ts'
import * as mails from './mails.ts'
import * as messages from './messages.told.ts'
import * as moments from './moments.told.ts'

export const events = {
  ...mails.events,
  ...conversations.events,
  ...messages.events,
  ...friends.events,
  ...moments.events,
  ...departure.events,
} as const satisfies Record<string, Event>

export type EventName = keyof typeof events
export type EventData<N extends EventName> = Readonly<Static<(typeof events)[N]['data']>>

export type DurableEvent = {
  [N in EventName]: { readonly name: N } & EventData<N>
}[EventName]
