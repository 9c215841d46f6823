// Every durable event by name.
import type { Static } from '@sinclair/typebox'
import { collect } from './all.ts'
import type { Event } from './event.ts'

export const events = collect('events') satisfies Record<string, Event>

export type EventName = keyof typeof events
export type EventData<N extends EventName> = Readonly<Static<(typeof events)[N]['data']>>

export type DurableEvent = {
  [N in EventName]: { readonly name: N } & EventData<N>
}[EventName]
