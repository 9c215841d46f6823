// Sessions, reloads and life without a socket, against the real server.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import postgres from 'postgres'
import { createClient, type Tokens } from '../../src/client/client.ts'
import { until } from './clock.ts'
import { befriend, signUp, startInstallation, type Installation } from './installation.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { limits, listen, random, talkOf, texts } from './talk.ts'

let installation: Installation
let proxy: Proxy

beforeAll(async () => {
  installation = await startInstallation()
  proxy = await startProxy(installation.port)
}, 120_000)

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]()
  await installation?.[Symbol.asyncDispose]()
}, 240_000)

const pair = () => talkOf(installation)

describe('without a socket', () => {
  test('sends go over REST, and are heard once when the socket is there', async () => {
    await using talk = await pair()
    const { alice, bob, heard } = talk
    await alice.send({ to_user_id: bob.userId, content: '0' })
    alice.disconnect()
    expect(alice.state.state).toBe('closed')
    const sent = await Promise.all(
      ['1', '2', '3'].map((content) => alice.send({ to_user_id: bob.userId, content })),
    )
    expect(sent.map(({ seq }) => seq)).toEqual([2, 3, 4])
    await alice.connect()
    await until('both have heard all', () => heard.bob.length + heard.alice.length === 8)
    expect(texts(heard.alice)).toEqual(['0', '1', '2', '3'])
  })

  test('pending sends survive a reload through the storage', async () => {
    const items = new Map<string, string>()
    const storage = {
      getItem: async (key: string) => items.get(key) ?? null,
      setItem: async (key: string, value: string) => void items.set(key, value),
      removeItem: async (key: string) => void items.delete(key),
    }
    let tokens: Tokens | null = null
    const url = `http://127.0.0.1:${proxy.port}`
    const options = {
      url,
      limits,
      random,
      storage,
      onTokens: (now: Tokens | null) => (tokens = now),
    }
    await using bob = await signUp(installation, 'bob')
    const alice = await signUp(installation, 'alice', options)
    await befriend(alice, bob)
    await alice.connect()
    proxy.refuse(true)
    proxy.cut()
    for (const content of ['one', 'two', 'three']) alice.send({ to_user_id: bob.userId, content })
    await alice.close()
    expect(items.size).toBe(1)
    proxy.refuse(false)
    const heard = listen(bob)
    await bob.connect()
    await using again = createClient({ ...options, tokens: tokens! })
    const acked: string[] = []
    again.on('sent', ({ client_msg_id }) => void acked.push(client_msg_id))
    await until('all three are sent', () => acked.length === 3 && heard.length === 3)
    expect(texts(heard)).toEqual(['one', 'two', 'three'])
    expect(again.pending()).toEqual([])
    await until('the storage is empty', () => items.size === 0)
  }, 240_000)
})

describe('sessions', () => {
  test('an expired token is swapped under the open client, on both doors', async () => {
    await using short = await startInstallation({ JWT_EXPIRATION: '0.001' })
    const tokens: string[] = []
    await using alice = await signUp(short, 'alice', {
      limits,
      random,
      onTokens: (now) => void (now && tokens.push(now.token)),
    })
    await alice.connect()
    // Lives 4 seconds: by then every call finds it expired at once.
    const first = alice.tokens!.token
    await until('the token is refused', async () => {
      const headers = { authorization: `Bearer ${first}` }
      return (await fetch(`${short.url}/api/v1/users/me`, { headers })).status === 401
    })
    const before = tokens.length
    const all = await Promise.all(Array.from({ length: 20 }, () => alice.call('accounts.me')))
    expect(new Set(all.map(({ user_id }) => user_id))).toEqual(new Set([alice.userId]))
    expect(tokens.length).toBe(before + 1)
  }, 120_000)

  test('signing out ends it everywhere: the socket closes, nothing reconnects', async () => {
    await using talk = await pair()
    const { alice } = talk
    const out: string[] = []
    alice.on('signed_out', ({ reason }) => void out.push(reason))
    await alice.call('accounts.logout')
    expect(out).toEqual(['signed_out'])
    expect(alice.tokens).toBeUndefined()
    await expect(alice.call('accounts.me')).rejects.toMatchObject({ status: 401 })
  })

  test('ended from another device, the client hears it and stops', async () => {
    await using talk = await pair()
    const { alice } = talk
    const out: string[] = []
    alice.on('signed_out', ({ reason }) => void out.push(reason))
    await using other = createClient({ url: installation.url })
    const email = `${alice.userId}@example.com`
    await other.call('accounts.loginWithPassword', { email, password: 'correct horse' })
    const sessions = await other.call('accounts.sessions')
    for (const { id, current } of sessions) {
      if (!current) await other.call('accounts.endSession', { id })
    }
    await until('alice is signed out', () => out.length === 1)
    expect(alice.tokens).toBeUndefined()
  })

  test('a ticket opens the socket as well', async () => {
    await using alice = await signUp(installation, 'alice', { socketAuth: 'ticket' })
    await alice.connect()
    expect(alice.state).toEqual({ state: 'open' })
  })
})

test('a position goes on where the last run stopped', async () => {
  await using talk = await pair()
  const { alice, bob, heard } = talk
  await bob.send({ to_user_id: alice.userId, content: '1' })
  await until('the first', () => heard.alice.length === 1)
  const position = alice.position()
  const { tokens } = alice
  await alice.close()
  await bob.send({ to_user_id: alice.userId, content: '2' })
  await using again = createClient({ url: installation.url, tokens: tokens!, position })
  const later = listen(again)
  await again.connect()
  await until('what came meanwhile', () => later.length === 1)
  expect(texts(later)).toEqual(['2'])
})

test('restored from a backup: the client says so, and hears the new history', async () => {
  await using talk = await pair()
  const { alice, bob, heard } = talk
  const resets: string[] = []
  alice.on('reset', ({ epoch }) => void resets.push(epoch))
  for (const content of ['1', '2', '3']) await bob.send({ to_user_id: alice.userId, content })
  await until('all three', () => heard.alice.length === 3)
  const { conversation_id: id } = heard.alice[0]!
  const sql = postgres(installation.databaseUrl, { max: 1, onnotice: () => {} })
  await installation.killApi()
  await sql`delete from messages where conversation_id = ${id} and seq > 1`
  await sql`update conversations set last_seq = 1 where id = ${id}`
  await sql`update conversation_members set read_seq = 1 where conversation_id = ${id}`
  await sql`update installation set epoch = ${crypto.randomUUID()}`
  await sql.end()
  await installation.startApi()
  await until('alice was told', () => resets.length === 1, 40_000)
  // Resolves when it has a place in the new history.
  await until('alice is back', () => alice.position().seqs[id] === 1)
  await bob.send({ to_user_id: alice.userId, content: 'another 2' })
  await until('the new history', () => heard.alice.length === 4)
  expect(heard.alice.map(({ seq, content }) => `${seq} ${content}`)).toEqual([
    '1 1',
    '2 2',
    '3 3',
    '2 another 2',
  ])
}, 120_000)
