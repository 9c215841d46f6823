// Access tokens are verified once and remembered until they expire, each for itself.
import { beforeEach, expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { isFailure } from '../../src/core/failure.ts'
import { createTokens, type Tokens } from '../../src/infra/tokens.ts'

const secret = 'a secret of this test, long enough'
const verifiedMax = 100
const alice = { userId: 'alice', sessionId: 7 }

let now: Date
let tokens: Tokens
beforeEach(async () => {
  now = new Date('2026-03-01T12:00:00.400Z')
  tokens = await createTokens(secret, 60, { ...systemClock, now: () => now }, verifiedMax)
})

const later = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds))

/** Claims, or the name of the refusal; and whether one had to wait for it. */
async function ask(token: string, comes?: 'once'): Promise<[unknown, 'waited' | 'at once']> {
  try {
    const answer = tokens.verify(token, comes)
    const how = answer instanceof Promise ? 'waited' : 'at once'
    const { userId, sessionId } = await answer
    return [{ userId, sessionId }, how]
  } catch (error) {
    if (!isFailure(error)) throw error
    return [error.reason, 'at once']
  }
}

test('what was verified is known at once, and nothing else is', async () => {
  const token = await tokens.sign(alice)
  expect(await ask(token)).toEqual([alice, 'waited'])
  expect(await ask(token)).toEqual([alice, 'at once'])
  const another = await tokens.sign({ userId: 'bob', sessionId: 8 })
  const [head, body] = token.split('.')
  const [, otherBody, otherSignature] = another.split('.')
  for (const mixed of [
    `${head}.${body}.${otherSignature}`,
    `${head}.${otherBody}.${token.split('.')[2]}`,
  ]) {
    expect((await ask(mixed))[0]).toBe('tokenInvalid')
    expect((await ask(mixed))[0]).toBe('tokenInvalid')
  }
  expect((await ask(`${token} `))[0]).toBe('tokenInvalid')
  expect(await ask(token)).toEqual([alice, 'at once'])
})

test('what comes once is not remembered, and is known where it was', async () => {
  const token = await tokens.sign(alice)
  expect(await ask(token, 'once')).toEqual([alice, 'waited'])
  expect(await ask(token, 'once')).toEqual([alice, 'waited'])
  expect(await ask(token)).toEqual([alice, 'waited'])
  expect(await ask(token, 'once')).toEqual([alice, 'at once'])
})

test('it expires on the same second, remembered or not', async () => {
  const [known, fresh] = [await tokens.sign(alice), await tokens.sign({ ...alice, sessionId: 8 })]
  await ask(known)
  later(59_599)
  expect((await ask(known))[0]).toEqual(alice)
  later(1)
  expect((await ask(known))[0]).toBe('tokenExpired')
  expect((await ask(known))[0]).toBe('tokenExpired')
  expect((await ask(fresh))[0]).toBe('tokenExpired')
})

test('so many are remembered and no more: those used last', async () => {
  const first = await tokens.sign(alice)
  await ask(first)
  const others = await Promise.all(
    Array.from({ length: verifiedMax }, (_, sessionId) =>
      tokens.sign({ userId: 'bob', sessionId }),
    ),
  )
  for (const other of others) await ask(other)
  expect(await ask(first)).toEqual([alice, 'waited'])
  expect(await ask(others.at(-1)!)).toEqual([
    { userId: 'bob', sessionId: verifiedMax - 1 },
    'at once',
  ])
})
