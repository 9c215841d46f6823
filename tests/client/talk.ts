// Two friends on two clients, and what each of them heard.
import { expect } from 'bun:test'
import type { Client } from '../../src/client/client.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { befriend, signUp, type Installation } from './installation.ts'

/** Impatient, so that a test of breaks takes seconds and not minutes. */
export const limits = {
  ackMs: 2_000,
  pongMs: 1_000,
  probeMs: 500,
  helloMs: 2_000,
  requestMs: 3_000,
}
export const random = () => Math.random() * 0.2

export function listen(client: Client): Message[] {
  const heard: Message[] = []
  client.on('message', (message) => void heard.push(message))
  return heard
}

/** Both connected; alice by way of `url`. */
export async function talkOf(installation: Installation, url = installation.url) {
  const alice = await signUp(installation, 'alice', { url, limits, random })
  const bob = await signUp(installation, 'bob')
  await befriend(alice, bob)
  const heard = { alice: listen(alice), bob: listen(bob) }
  await Promise.all([alice.connect(), bob.connect()])
  return {
    alice,
    bob,
    heard,
    [Symbol.asyncDispose]: async () => void (await Promise.all([alice.close(), bob.close()])),
  }
}

export const texts = (messages: readonly Message[]) => messages.map(({ content }) => content)

export function expectWhole(messages: readonly Message[]) {
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1))
}
