// What people do in the laws of sync and of the replica, to what a number points at among all there is for
// them.
import { must } from '../../src/core/assert.ts'
import type { Message } from '../../src/protocol/messages.ts'
import type { Person } from './people.ts'

const dayMs = 24 * 60 * 60_000

function pick<T>(list: readonly T[], number: number): T {
  return must(list[number % Math.max(1, list.length)], 'there is something to point at')
}

export async function talkOf(me: Person, number: number): Promise<number> {
  const list = await me.does('conversations.list', { kind: 'all', archived: 'all' })
  if (!Array.isArray(list)) throw new Error('a page was asked for')
  return pick(list, number).id
}

export async function answers(me: Person, number: number): Promise<Message> {
  const conversation_id = await talkOf(me, number)
  const { id: reply_to_id } = pick(await me.reads(conversation_id), number)
  const words = { message_type: 1, content: `re ${number}` }
  return me.does('messages.send', { conversation_id, reply_to_id, ...words })
}

/** So many days later. */
export async function schedules(me: Person, number: number): Promise<unknown> {
  const conversation_id = await talkOf(me, number)
  const send_at = new Date(Date.now() + number * dayMs).toISOString()
  const words = { message_type: 1, content: `later ${number}` }
  return me.does('messages.schedule', { conversation_id, ...words, send_at })
}

export async function scheduledOf(me: Person, number: number): Promise<number> {
  return pick((await me.does('messages.scheduled')).list, number).id
}

/** Comes into the group they were last asked into, or does not. */
export async function decidesOnInvitation(me: Person, number: number): Promise<unknown> {
  const list = await me.does('groups.receivedInvitations', {})
  const { id } = must(Array.isArray(list) ? list[0] : undefined, 'somebody was asked')
  return me.does(`groups.${number % 2 === 0 ? 'accept' : 'reject'}Invitation`, { id })
}
