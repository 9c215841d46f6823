// The events of one outbox row: each has its reaction, whatever becomes of the others.
import type { BaseContext } from '../src/context.ts'
import { react } from '../src/features/all.ts'
import { keepEvents, setAside, type OutboxRow } from '../src/infra/outbox.ts'
import { checkOf } from '../src/protocol/check.ts'
import { enqueueUpdates } from './push.ts'
import { events as known, type DurableEvent, type EventName } from '../src/protocol/events.ts'

/**
 * Answers whether the row is done. What this version does not know, a newer node has written: it
 * waits in a row of its own, with pauses that grow, for a worker that does, and is parked in the
 * end like any other. What has thrown is left alone in its row and tried again: without that its
 * neighbours would be told as often as it fails, and those after it never.
 */
export async function tellEvents(ctx: BaseContext, row: OutboxRow): Promise<boolean> {
  const events: readonly unknown[] = row.events ?? []
  const unknown = indexesOf(events, (event) => !isKnown(event))
  for (const index of unknown) {
    const event = nameOf(events[index])
    ctx.log.warn({ event, outbox: row.id }, 'an event that this version does not know waits')
  }
  if (unknown.length === events.length) return events.length === 0
  // Changed meanwhile, it is in the hands of another job for the same row.
  if (unknown.length > 0 && !(await setAside(ctx.sql, row.id, events.length, unknown))) return false
  return reactAll(ctx, row.id, events.filter(isKnown))
}

async function reactAll(
  ctx: BaseContext,
  outbox: number,
  events: readonly DurableEvent[],
): Promise<boolean> {
  const errors = new Map<number, unknown>()
  for (const [index, event] of events.entries()) {
    await follow(ctx, event).catch((error: unknown) => errors.set(index, error))
  }
  if (errors.size === 0) return true
  const [error] = errors.values()
  if (errors.size < events.length) {
    await keepEvents(ctx.sql, outbox, events.length, [...errors.keys()])
  }
  throw error
}

async function follow(ctx: BaseContext, event: DurableEvent): Promise<void> {
  await react(ctx, event)
  await enqueueUpdates(ctx, event)
}

function isKnown(event: unknown): event is DurableEvent {
  const name = (event as { readonly name?: unknown } | null)?.name
  if (typeof name !== 'string' || !Object.hasOwn(known, name)) return false
  return checkOf(known[name as EventName].data).Check(event)
}

/** Names are chosen by our own code; what does not look like one is not repeated. */
function nameOf(event: unknown): string {
  const name = (event as { readonly name?: unknown } | null)?.name
  return typeof name === 'string' && /^[a-z]{1,32}\.[a-z_]{1,32}$/i.test(name) ? name : 'unnamed'
}

function indexesOf(events: readonly unknown[], fits: (event: unknown) => boolean): number[] {
  return [...events.keys()].filter((index) => fits(events[index]))
}
