// Several clients with the same tokens, as tabs are: one swap for all of them, and a session that
// lives on whichever of them asks.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createClient, type Client, type Tokens } from '../../src/client/client.ts'
import { defaults } from '../../src/client/limits.ts'
import { alone, ProcessLocks } from '../../src/client/locks.ts'
import type { Locks } from '../../src/client/ports.ts'
import { ManualClock, settle } from './clock.ts'
import { signUp, startInstallation, type Installation } from './installation.ts'

/** What all tabs of an origin share; a new one is given what is stored. */
class Origin {
  readonly clock = new ManualClock()
  readonly locks: Locks = new ProcessLocks()
  readonly shown: string[] = []
  stored: Tokens | null = { token: 'a.1', refresh_token: 'r.1' }
  /** The newest token; any other one that is shown ends the session. */
  #newest = 1
  ended = false

  tab(locks: Locks = this.locks): Client {
    return createClient({
      url: 'http://door',
      tokens: () => this.stored,
      onTokens: (tokens) => (this.stored = tokens),
      fetch: (url, init) => this.#fetch(url, init),
      clock: this.clock,
      random: () => 0,
      locks,
    })
  }

  /** All access tokens expire. */
  #valid = 1
  expire(): void {
    this.#valid = this.#newest + 1
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    await Promise.resolve()
    const refreshing = url.endsWith('/users/refresh')
    const answer = (status: number, code: number, data: unknown) =>
      new Response(JSON.stringify({ code, msg: '', data }), { status })
    if (refreshing) {
      const { refresh_token: shown } = JSON.parse(String(init.body)) as { refresh_token: string }
      this.shown.push(shown)
      this.ended ||= shown !== `r.${this.#newest}`
      if (this.ended) return answer(401, 4104, null)
      const number = ++this.#newest
      const data = { token: `a.${number}`, refresh_token: `r.${number}`, expires_in: 28_800 }
      return answer(200, 0, data)
    }
    const token = new Headers(init.headers).get('authorization') ?? ''
    const number = Number(token.split('.')[1])
    return number >= this.#valid ? answer(200, 0, []) : answer(401, 4105, null)
  }
}

describe('tabs that share what is stored', () => {
  test('find their token expired at once: one of them refreshes, all go on', async () => {
    const origin = new Origin()
    const tabs = Array.from({ length: 8 }, () => origin.tab())
    origin.expire()
    await Promise.all(tabs.map((tab) => tab.call('friends.list')))
    expect(origin.shown).toEqual(['r.1'])
    expect(tabs.map(({ tokens }) => tokens?.token)).toEqual(tabs.map(() => 'a.2'))
    await Promise.all(tabs.map((tab) => tab.close()))
    expect(origin.clock.pending).toBe(0)
  })

  test('a tab that slept goes on with what another one got, however long ago', async () => {
    const origin = new Origin()
    const [awake, asleep] = [origin.tab(), origin.tab()]
    for (let round = 0; round < 3; round++) {
      origin.expire()
      await awake.call('friends.list')
    }
    origin.expire()
    await asleep.call('friends.list')
    origin.expire()
    await awake.call('friends.list')
    expect(origin.shown).toEqual(['r.1', 'r.2', 'r.3', 'r.4', 'r.5'])
    expect(origin.ended).toBe(false)
    await Promise.all([awake.close(), asleep.close()])
  })

  test('what is stored late never brings a spent token back', async () => {
    const origin = new Origin()
    const tab = origin.tab()
    for (let round = 0; round < 3; round++) {
      origin.expire()
      await tab.call('friends.list')
      // As if the application had not stored it yet.
      origin.stored = { token: `a.${round + 1}`, refresh_token: `r.${round + 1}` }
    }
    expect(origin.ended).toBe(false)
    await tab.close()
  })

  test('nor one that another tab had got, once it was shown', async () => {
    const origin = new Origin()
    const [awake, asleep] = [origin.tab(), origin.tab()]
    origin.expire()
    await awake.call('friends.list')
    const late = origin.stored
    origin.expire()
    await asleep.call('friends.list')
    origin.stored = late
    origin.expire()
    await asleep.call('friends.list')
    expect(origin.shown).toEqual(['r.1', 'r.2', 'r.3'])
    await Promise.all([awake.close(), asleep.close()])
  })

  test('a tab that stopped in the middle of a refresh does not stop the others', async () => {
    const origin = new Origin()
    const tab = origin.tab()
    const { signal } = new AbortController()
    const forEver = () => new Promise<never>(() => {})
    void origin.locks.request('curlew:tokens:', { signal }, forEver)
    origin.expire()
    const call = tab.call('friends.list')
    await origin.clock.pass(defaults.swapMs - 1)
    expect(origin.shown).toEqual([])
    await origin.clock.pass(1)
    expect(await call).toEqual([])
    await tab.close()
    expect(origin.clock.pending).toBe(0)
  })
})

describe('a lock', () => {
  const waitMs = 1_000

  test('lets one in at a time, in the order of asking', async () => {
    const [clock, locks] = [new ManualClock(), new ProcessLocks()]
    const seen: string[] = []
    const visit = (name: string) => async () => {
      seen.push(`${name} in`)
      await settle()
      seen.push(`${name} out`)
    }
    const visits = ['a', 'b', 'c'].map((n) => alone({ locks, clock, waitMs }, 'x', visit(n)))
    await Promise.all(visits)
    expect(seen.join()).toBe('a in,a out,b in,b out,c in,c out')
    expect(clock.pending).toBe(0)
  })

  test('that does not work at all is gone without, and faults of the work stay its own', async () => {
    const clock = new ManualClock()
    const locks: Locks = { request: () => Promise.reject(new Error('SecurityError')) }
    expect(await alone({ locks, clock, waitMs }, 'x', async () => 'done')).toBe('done')
    let runs = 0
    const failing = async () => {
      runs++
      throw new Error('mine')
    }
    const work = alone({ locks: new ProcessLocks(), clock, waitMs }, 'x', failing)
    await expect(work).rejects.toThrow('mine')
    expect([runs, clock.pending]).toEqual([1, 0])
  })
})

describe('on the server', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await startInstallation()
  }, 120_000)
  afterAll(() => installation?.[Symbol.asyncDispose](), 60_000)

  test('forty clients without a lock refresh one token at once: all go on', async () => {
    await using alice = await signUp(installation, 'alice')
    const locks: Locks = { request: (_, __, run) => run() }
    const { refresh_token } = alice.tokens!
    // An access token that is of no use: each of them has to refresh.
    const tokens = { token: 'none', refresh_token: refresh_token! }
    const tabs = Array.from({ length: 40 }, () =>
      createClient({ url: installation.url, tokens, locks }),
    )
    const answers = await Promise.all(tabs.map((tab) => tab.call('accounts.me')))
    expect(new Set(answers.map(({ user_id }) => user_id))).toEqual(new Set([alice.userId]))
    expect(new Set(tabs.map((tab) => tab.tokens?.refresh_token)).size).toBe(1)
    expect((await alice.call('accounts.me')).user_id).toBe(alice.userId)
    await Promise.all(tabs.map((tab) => tab.close()))
  }, 240_000)
})
