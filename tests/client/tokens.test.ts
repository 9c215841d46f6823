// Tokens: swapped once for any number of calls, and a spent one is never shown again.
import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { createClient, type Tokens } from '../../src/client/client.ts'
import { ManualClock, settle } from './clock.ts'

const answer = (status: number, code: number, data: unknown = null, headers = {}) =>
  new Response(JSON.stringify({ code, msg: code === 0 ? 'success' : `code ${code}`, data }), {
    status,
    headers,
  })

/** Tokens that expire when the test says so, and end the session when a spent one is shown. */
class Door {
  access = 1
  refresh = 1
  ended = false
  /** What is said of tokens once the session is over: 4104, or 4108 of an account. */
  over = 4104
  swaps = 0
  calls = 0
  /** What happens to the next swaps. */
  fates: ('fine' | 'lost before' | 'busy')[] = []
  readonly held: (() => void)[] = []
  hold = false

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (this.hold) await new Promise<void>((resolve) => this.held.push(resolve))
    else await Promise.resolve()
    if (url.endsWith('/users/refresh')) return this.swap(JSON.parse(String(init.body)))
    this.calls++
    const token = new Headers(init.headers).get('authorization')
    if (this.ended) return answer(401, this.over)
    return token === `Bearer a.${this.access}` ? answer(200, 0, []) : answer(401, 4105)
  }

  swap({ refresh_token }: { refresh_token: string }): Response {
    this.swaps++
    const fate = this.fates.shift() ?? 'fine'
    if (fate === 'lost before') throw new TypeError('no line')
    if (fate === 'busy') return answer(503, 5030, { retry_after: 1 }, { 'retry-after': '1' })
    if (refresh_token !== `r.${this.refresh}`) this.ended = true
    if (this.ended) return answer(401, this.over)
    this.access++
    this.refresh++
    return answer(200, 0, this.tokens())
  }

  tokens = (): Required<Tokens> => ({
    token: `a.${this.access}`,
    refresh_token: `r.${this.refresh}`,
    expires_in: 28_800,
  })
}

function setup(door = new Door()) {
  const clock = new ManualClock()
  const heard: (Tokens | null)[] = []
  const client = createClient({
    url: 'http://door',
    tokens: { token: `a.${door.access}`, refresh_token: `r.${door.refresh}` },
    onTokens: (tokens) => void heard.push(tokens),
    fetch: (url, init) => door.fetch(url, init),
    clock,
    random: () => 0,
  })
  return { door, clock, client, heard }
}

test('fifty calls with an expired token: one swap, every call succeeds', async () => {
  const { door, client, heard } = setup()
  door.access = 2
  const calls = Array.from({ length: 50 }, () => client.call('friends.list'))
  expect(await Promise.all(calls)).toHaveLength(50)
  expect(door.swaps).toBe(1)
  expect(heard).toHaveLength(1)
  expect(client.tokens?.token).toBe('a.3')
})

test('an account that was disabled is signed out, and told why', async () => {
  const { door, client, heard } = setup()
  door.ended = true
  door.over = 4108
  const refused = client.call('friends.list')
  await expect(refused).rejects.toMatchObject({ reason: 'signed_out', code: 4108, status: 401 })
  expect(heard).toEqual([null])
})

test('a wrong old password is told, and the session is not asked about', async () => {
  const door = new Door()
  const { client, heard } = setup(door)
  const { fetch } = door
  door.fetch = (url, init) =>
    url.endsWith('/set-password') ? Promise.resolve(answer(400, 4103)) : fetch(url, init)
  const input = { password: 'another heron', old_password: 'mistyped' }
  await expect(client.call('accounts.setPassword', input)).rejects.toMatchObject({ code: 4103 })
  expect([door.swaps, heard]).toEqual([0, []])
  expect(client.tokens?.token).toBe('a.1')
})

test('any interleaving of calls, expiries and lost swaps never shows a spent token', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant('call' as const) },
    { weight: 2, arbitrary: fc.constant('expire' as const) },
    { weight: 3, arbitrary: fc.constant('let through' as const) },
  )
  const fate = fc.constantFrom('fine' as const, 'lost before' as const, 'busy' as const)
  const run = fc.asyncProperty(
    fc.array(step, { maxLength: 40 }),
    fc.array(fate, { maxLength: 6 }),
    fc.infiniteStream(fc.nat()),
    async (steps, fates, picks) => {
      const { door, clock, client } = setup()
      door.hold = true
      door.fates = fates
      const calls: Promise<unknown>[] = []
      const through = async () => {
        const pick = Number(picks.next().value)
        door.held.splice(pick % Math.max(1, door.held.length), 1)[0]?.()
        await settle()
      }
      for (const one of steps) {
        if (one === 'call') calls.push(client.call('friends.list').catch((error) => error))
        else if (one === 'expire') door.access++
        else await through()
        await settle()
      }
      const line = { quiet: false }
      const all = Promise.all(calls).then(() => (line.quiet = true))
      for (let round = 0; !line.quiet; round++) {
        if (round > 2_000) throw new Error('the calls do not end')
        await through()
        // Time goes on only when nothing is on the line: no answer is late here.
        if (door.held.length === 0) await clock.step()
      }
      await all
      expect(door.ended).toBe(false)
      await client.close()
      expect(clock.pending).toBe(0)
    },
  )
  await fc.assert(run, { numRuns: 200 })
}, 240_000)

describe('the end of a session', () => {
  test('a refused swap signs out, tells so once, and fails the calls', async () => {
    const { door, client, heard } = setup()
    const out: string[] = []
    client.on('signed_out', ({ reason }) => void out.push(reason))
    door.ended = true
    const calls = [client.call('friends.list'), client.call('accounts.me')]
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { reason: 'signed_out' } })
    }
    expect(heard).toEqual([null])
    expect(out).toEqual(['signed_out'])
    await expect(client.send({ to_user_id: 'bob', content: 'x' })).rejects.toMatchObject({
      reason: 'signed_out',
    })
    await expect(client.connect()).rejects.toMatchObject({ reason: 'signed_out' })
  })

  test('a swap without an answer keeps the session: the next call tries again', async () => {
    const { door, client } = setup()
    door.access = 2
    door.fates = ['lost before']
    await expect(client.call('accounts.me', undefined, { tries: 1 })).rejects.toMatchObject({
      reason: 'network',
    })
    expect(await client.call('friends.list')).toEqual([])
    expect(door.swaps).toBe(2)
  })

  test('close does not cut a swap off: its answer is stored before close has ended', async () => {
    const { door, client, heard } = setup()
    door.access = 2
    const call = client.call('friends.list').catch((error) => error)
    await settle()
    await settle()
    door.hold = true
    await settle()
    const closing = client.close()
    await settle()
    for (const through of door.held.splice(0)) through()
    await closing
    await call
    expect(heard).toHaveLength(door.swaps)
  })
})

test('a token known to be at its end is swapped before it is used', async () => {
  const { door, clock, client } = setup()
  client.signIn(door.tokens())
  await clock.pass(28_800_000 - 20_000)
  await client.call('friends.list')
  expect({ swaps: door.swaps, calls: door.calls }).toEqual({ swaps: 1, calls: 1 })
})
