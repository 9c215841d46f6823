// Names of devices: any text is one, and two texts are two devices.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { createClient, type Client } from '../../src/client/client.ts'
import { deviceIdOf } from '../../src/client/device.ts'
import { deviceIdPattern } from '../../src/protocol/device.ts'
import { until } from './clock.ts'
import { signUp, startInstallation, type Installation } from './installation.ts'
import { limits } from './talk.ts'

const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.string({ unit: fc.constantFrom('a', 'A', ' ', '-', '.', "'", '标', 'é', '\ud800', '\0') }),
)

describe('an id', () => {
  test('of any text is one that the server takes, and the same each time', () => {
    const run = fc.property(names, (name) => {
      expect(deviceIdOf(name)).toMatch(deviceIdPattern)
      expect(deviceIdOf(name)).toBe(deviceIdOf(`${name}`))
    })
    fc.assert(run, { numRuns: 2_000 })
  })

  test('is another for every other text', () => {
    const run = fc.property(fc.uniqueArray(names, { minLength: 2, maxLength: 200 }), (all) => {
      expect(new Set(all.map(deviceIdOf)).size).toBe(all.length)
    })
    fc.assert(run)
  })

  test('is the name itself where that will do, and readable elsewhere', () => {
    // Written down: a later version must not make another device of each of these.
    expect(
      ['phone', 'Ann_1.tab:2-x', 'a'.repeat(64), '', "Ann's laptop", 'Büro – PC', '标签一'].map(
        deviceIdOf,
      ),
    ).toEqual([
      'phone',
      'Ann_1.tab:2-x',
      'a'.repeat(64),
      'device-33niihzj4ux45',
      'Ann-s-laptop-31foj5wd562p0',
      'Buro-PC-0a9xgjw48o944',
      'device-3d5bp9p2qraaz',
    ])
  })
})

describe('on the server', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await startInstallation()
  }, 120_000)
  afterAll(() => installation?.[Symbol.asyncDispose](), 60_000)

  test('two names of one account are two devices, and both stay', async () => {
    await using alice = await signUp(installation, 'alice', { limits })
    const pairs = [
      ['标签一', '标签二'],
      ["Ann's laptop", "Ann's phone"],
      ['a'.repeat(65), 'b'.repeat(65)],
      ['plain-1', 'plain-2'],
    ]
    const open = async (deviceId: string): Promise<Client> => {
      const client = createClient({ url: installation.url, tokens: alice.tokens!, deviceId })
      await client.connect()
      return client
    }
    const clients = await Promise.all(pairs.flat().map(open))
    // Heard by all of them: every socket is there at once.
    const heard = clients.map((client) => {
      let profiles = 0
      client.on('friend_request', () => void profiles++)
      return () => profiles
    })
    await using bob = await signUp(installation, 'bob', { limits })
    await bob.call('friends.sendRequest', { to_user_id: alice.userId })
    await until('all have heard', () => heard.every((count) => count() === 1))
    expect(clients.map(({ state }) => state.state)).toEqual(clients.map(() => 'open'))
    // The same name is the same device: the second closes the first.
    const again = await open('标签一')
    await until('the first is replaced', () => clients[0]!.state.state === 'closed')
    expect(clients[0]!.state).toMatchObject({ code: 4003 })
    await Promise.all([...clients, again].map((client) => client.close()))
  }, 240_000)
})
