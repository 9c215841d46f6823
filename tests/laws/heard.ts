// What devices have heard of a conversation.
import { expect } from 'bun:test'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'

/** Each device heard every message after `first` that it did not say itself, each once, in rising seq. */
export async function heardInOrder(
  devices: readonly Device[],
  id: number,
  { first = 0, last }: { first?: number; last: number },
): Promise<void> {
  for (const device of devices) {
    const seqs = () =>
      device.messages
        .filter((message) => message.conversation_id === id && message.seq > first)
        .map((message) => message.seq)
    const acked = () =>
      device.all('ack').flatMap((frame) => {
        const data = frame.data as { conversation_id?: number; seq?: number }
        return data.conversation_id === id && data.seq !== undefined ? [data.seq] : []
      })
    await eventually(() => new Set([...seqs(), ...acked()]).size === last - first, {
      what: `messages ${first + 1} to ${last} of ${id}`,
    })
    expect(seqs()).toEqual([...new Set(seqs())].toSorted((a, b) => a - b))
  }
}
