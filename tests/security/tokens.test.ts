// Access tokens that somebody made, changed, mixed or kept: none opens anything.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { isFailure } from '../../src/core/failure.ts'
import { newCode, newNodeId, newToken } from '../../src/core/ids.ts'
import { limits } from '../../src/limits.ts'
import { verifyPassword } from '../../src/features/signin/hashing.ts'
import { install, type Installation } from '../support/installation.ts'
import { request, type Person } from '../support/people.ts'
import { deepTest } from '../support/deep.ts'

let app: Installation
let kim: Person
beforeAll(async () => {
  app = await install({ nodes: 2, workers: false })
  ;({ kim } = await app.people('kim'))
})
afterAll(() => app[Symbol.asyncDispose]())

const bytes = (text: string) => new TextEncoder().encode(text)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object

/** A token with kim's claims, signed by hand: no library refuses to make a bad one. */
function forge(header: object, key: string | Uint8Array, change: object = {}, hash = 'sha256') {
  const signed = `${part(header)}.${part({ ...claimsOf(kim.token), ...change })}`
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`
}

async function refuses(token: string, code = 4104): Promise<void> {
  const answer = await request(app.url(1), 'GET', '/api/v1/users/me', { token })
  expect([answer.status, answer.code, token]).toEqual([401, code, token])
  const socket = new WebSocket(`${app.url().replace('http', 'ws')}/api/v1/messages/ws`, {
    headers: { authorization: `Bearer ${token}` },
  } as never)
  const close = await new Promise<number>((resolve) => {
    socket.addEventListener('close', (event) => resolve(event.code))
  })
  expect([close, token]).toEqual([4001, token])
}

test('13 fast-jwt CVE-2023-48223, CVE-2026-34950: no algorithm but ours, whatever the key', async () => {
  const secret = app.config.jwtSecret
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const unsigned = (header: object) => `${part(header)}.${part(claimsOf(kim.token))}.`
  const rsa = new SignJWT({ ...claimsOf(kim.token) }).setProtectedHeader({ alg: 'RS256' })
  for (const token of [
    forge({ alg: 'HS256' }, pem),
    forge({ alg: 'HS256' }, `\n ${pem}`),
    forge({ alg: 'HS256' }, ` ${secret}`),
    forge({ alg: 'HS256' }, `${secret}\n`),
    forge({ alg: 'HS256' }, ''),
    forge({ alg: 'HS384' }, secret, {}, 'sha384'),
    forge({ alg: 'HS512' }, secret, {}, 'sha512'),
    forge({ alg: 'hs256' }, secret),
    forge({ alg: ['HS256'] }, secret),
    forge({}, secret),
    forge({ alg: 'none' }, secret),
    await rsa.sign(privateKey),
    unsigned({ alg: 'none' }),
    unsigned({ alg: 'None', typ: 'JWT' }),
    unsigned({ alg: 'NONE' }),
    unsigned({ alg: 'HS256' }),
    unsigned({}),
  ]) {
    await refuses(token)
  }
  const good = await request(app.url(), 'GET', '/api/v1/users/me', {
    token: forge({ alg: 'HS256' }, secret),
  })
  expect(good.code).toBe(0)
})

test('13 RFC 7515: a token has one spelling', async () => {
  const { token } = kim
  const [head = '', body = '', signature = ''] = token.split('.')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(signature.at(-1) as string)
  // The last letter has two bits more than the signature: three others decode to the same bytes.
  const others = [1, 2, 3].map((bits) => `${signature.slice(0, -1)}${alphabet[last | bits]}`)
  for (const other of others) {
    expect(Buffer.from(other, 'base64url')).toEqual(Buffer.from(signature, 'base64url'))
  }
  const standard = Buffer.from(signature, 'base64url').toString('base64')
  for (const spelt of [
    ...others.map((other) => `${head}.${body}.${other}`),
    `${token}=`,
    `${token}==`,
    `${head}.${body}.${standard}`,
    `${head}.${body}.${standard.replace('=', '')}${/[+/]/.test(standard) ? '' : '='}`,
    `${head}=.${body}.${signature}`,
    `${head}.${body}=.${signature}`,
    `${token}.`,
    `${head}..${body}.${signature}`,
  ]) {
    await refuses(spelt)
  }
  expect((await request(app.url(), 'GET', '/api/v1/users/me', { token })).code).toBe(0)
})

test('13 fast-jwt CVE-2026-35042: another kind, issuer, audience, time', async () => {
  const { jwtSecret } = app.config
  const now = Math.floor(Date.now() / 1000)
  const ours = (change: object, header: object = {}) =>
    forge({ alg: 'HS256', ...header }, jwtSecret, change)
  await refuses(ours({ exp: now - 10 }), 4105)
  for (const token of [
    ours({ typ: 'refresh' }),
    ours({ typ: undefined }),
    ours({ iss: 'other' }),
    ours({ iss: undefined }),
    ours({ aud: 'other' }),
    ours({ aud: undefined }),
    ours({ sub: 'somebody' }),
    ours({ sub: undefined }),
    ours({ sid: 999_999_999 }),
    ours({ sid: '1' }),
    ours({ exp: undefined }),
    ours({ exp: 'never' }),
    ours({ nbf: now + 3_600 }),
    ours({}, { crit: ['exp'] }),
    ours({}, { crit: ['x'], x: 1 }),
    ours({}, { b64: false, crit: ['b64'] }),
    `${kim.token}x`,
    `${kim.token}.`,
    `.${kim.token}`,
    kim.token.split('.').slice(0, 2).join('.'),
    'rubbish',
    '..',
  ]) {
    await refuses(token)
  }
})

test('14 fast-jwt CVE-2026-44351: a key the token brings or names itself signs nothing', async () => {
  const own = 'the key of the one who forges this token'
  const jwk = { kty: 'oct', k: Buffer.from(own).toString('base64url') }
  for (const header of [
    { jwk },
    { kid: '../../../dev/null' },
    { kid: "' or 1=1 --" },
    { jku: `${app.url()}/keys` },
    { x5u: `${app.url()}/keys` },
    { x5c: [jwk.k] },
  ]) {
    await refuses(forge({ alg: 'HS256', ...header }, own))
    await refuses(forge({ alg: 'HS256', ...header }, ''))
  }
})

test('14 fast-jwt CVE-2026-44351: no start with a secret that is empty, short, a sample or regular', () => {
  const { JWT_SECRET: _, ...env } = app.env
  for (const JWT_SECRET of [
    undefined,
    '',
    ' ',
    'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5s',
    ' '.repeat(40),
    'a'.repeat(64),
    'abcabcabcabcabcabcabcabcabcabcabcabc',
    'please-change-me-please-change-me-now',
    'your-secret-your-secret-your-secret-x',
  ]) {
    const start = () => loadConfig({ ...env, ...(JWT_SECRET === undefined ? {} : { JWT_SECRET }) })
    expect(start).toThrow(ConfigError)
  }
})

test('15 fast-jwt CVE-2026-35039: many tokens at once, each is its own and no mixture is any', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const people = [ann, ben, await ann.again(), await ben.again(app.url(1))]
  const tokens = people.map((each) => each.token.split('.') as [string, string, string])
  const asks = Array.from({ length: 400 }, async (_, n) => {
    const [a, b] = [n % 4, (n >> 2) % 4]
    const token = [tokens[a]![0], tokens[a]![1], tokens[b]![2]].join('.')
    const answer = await request<{ user_id: string } | null>(
      app.url(n & 1),
      'GET',
      '/api/v1/users/me',
      {
        token,
      },
    )
    const name = answer.data?.user_id ?? 'nobody'
    const right = a === b ? [a, b, 200, people[a]!.userId] : [a, b, 401, 'nobody']
    expect([a, b, answer.status, name]).toEqual(right)
  })
  await Promise.all(asks)
})

test('23 socket.io CVE-2017-16031: tokens and codes cannot be foreseen, and ids open nothing', async () => {
  const tokens = Array.from({ length: 2_000 }, newToken)
  expect(new Set([...tokens, ...Array.from({ length: 2_000 }, newNodeId)]).size).toBe(4_000)
  expect(Buffer.from(tokens[0]!, 'base64url')).toHaveLength(32)
  for (const token of [String(kim.sessionId), kim.userId, bytes(kim.userId).join('.')]) {
    await refuses(token)
  }
})

deepTest('23 every bit of a token and every digit of a code is as likely as any other', () => {
  const tokens = Array.from({ length: 2_000 }, newToken)
  // Each of the 256 bits is set about as often as not: 6 standard deviations of 2,000 throws.
  for (let bit = 0; bit < 256; bit++) {
    const set = tokens.filter(
      (each) => (Buffer.from(each, 'base64url')[bit >> 3]! >> (bit & 7)) & 1,
    ).length
    expect(Math.abs(set - 1_000)).toBeLessThan(135)
  }
  // A digit more or less often than another would show here: 10,000 throws in each place.
  const codes = Array.from({ length: 10_000 }, newCode)
  for (let place = 0; place < 6; place++) {
    for (let digit = 0; digit < 10; digit++) {
      const count = codes.filter((code) => code[place] === String(digit)).length
      expect(Math.abs(count - 1_000)).toBeLessThan(180)
    }
  }
})

test('31 Mattermost CVE-2024-4183: the session longest unused ends', async () => {
  const { max } = await app.people('max')
  const device = await max.connects()
  const { sql } = app.nodes[0]!.ctx
  await sql`
    insert into sessions (user_id, device_id, device_name, address, created_at, last_used_at)
    select user_id, '', '', '', now(), now() + n * interval '1 second'
    from sessions, generate_series(1, ${limits.sessions.perUserMax - 1}) as n
    where id = ${max.sessionId}`
  expect((await max.tries('accounts.me')).code).toBe(0)
  await max.again(app.url(1))
  expect((await device.isClosed()).code).toBe(4002)
  expect((await max.tries('accounts.me')).code).toBe(4104)
  const [row] = await sql`
    select count(*)::int as live from sessions s join users u on u.id = s.user_id
    where u.user_id = ${max.userId} and ended_at is null`
  expect(row?.['live']).toBe(limits.sessions.perUserMax)
})

test('32 Synapse CVE-2026-45078: who makes passwords be hashed holds nobody else up', async () => {
  const { parallelMax, waitingMax, lineMax } = limits.password
  // A cheap hash: what is looked at is who may wait and behind whom, not how long.
  const hash = await Bun.password.hash('right', { algorithm: 'bcrypt', cost: 4 })
  const ended: string[] = []
  const ask = async (place: string) => {
    const right = await verifyPassword(app.config, { address: place }, 'right', hash)
    ended.push(place)
    return right
  }
  type Refusal = 'tooManyRequests' | 'busy'
  type Settled = readonly PromiseSettledResult<boolean>[]
  const judge = (settled: Settled, most: number, why: Refusal) => {
    const looked = settled.filter((each) => each.status === 'fulfilled' && each.value)
    expect(looked).toHaveLength(most)
    const refused = settled.filter((each) => each.status === 'rejected')
    expect(refused).toHaveLength(settled.length - most)
    expect(refused.every(({ reason }) => isFailure(reason, why))).toBe(true)
  }
  const [crowd, owner] = ['203.0.113.7', '198.51.100.1']
  const all = Promise.allSettled(Array.from({ length: 1_000 }, () => ask(crowd)))
  expect(await ask(owner)).toBe(true)
  expect(ended.filter((place) => place === crowd).length).toBeLessThanOrEqual(parallelMax + 1)
  judge(await all, parallelMax + lineMax, 'tooManyRequests')
  const places = Array.from({ length: 2 * waitingMax }, (_, n) => `203.0.${n >> 8}.${n & 255}`)
  judge(await Promise.allSettled(places.map(ask)), parallelMax + waitingMax, 'busy')
  expect(await ask(owner)).toBe(true)
})
