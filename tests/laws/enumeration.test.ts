// Nobody learns from an answer, its shape or its time whether an address or a name has an account.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import { deepTest, isDeep } from '../support/deep.ts'
import { install, type Installation } from '../support/installation.ts'
import { median, mannWhitney } from './ranks.ts'

const accounts = 10
const warmUp = 20
/** Enough for shapes: each account twice. What time tells needs hundreds, see below. */
const few = { samples: 2 * accounts, width: 2 }
/** Less than this is noise on a shared machine, and no use over a network. */
const effect = { share: 0.15, milliseconds: 0.3, chance: 1e-4 }

let app: Installation
beforeAll(async () => {
  // As in production where time is looked at.
  const env = isDeep ? { PASSWORD_HASH_KIB: '19456' } : {}
  app = await install({ workers: false, env })
  const { sql } = app.nodes[0]!.ctx
  // The hash of a password nobody tries; the cost is what counts.
  const hash = await Bun.password.hash('four calm grey herons', {
    algorithm: 'argon2id',
    memoryCost: app.config.passwordHashKib,
    timeCost: 2,
  })
  await sql`
    insert into users (user_id, email, nickname, email_verified_at, password_hash)
    select 'known-' || n, 'known-' || n || '@example.com', 'n', now(), ${hash}
    from generate_series(0, ${accounts - 1}) n`
  // Enough others that an index is worth its while.
  await sql`
    insert into users (user_id, email, nickname)
    select 'other-' || n, 'other-' || n || '@example.com', 'n' from generate_series(1, 5000) n`
  await sql`analyze users`
})
afterAll(() => app[Symbol.asyncDispose]())

type Side = 'known' | 'weird'
interface Probe {
  readonly milliseconds: number
  /** All of it but what differs between any two answers. */
  readonly shape: string
}

async function ask(name: OperationName, body: Record<string, unknown>): Promise<Probe> {
  const { path } = operations[name]
  const text = JSON.stringify(body)
  const began = performance.now()
  const response = await fetch(`${app.url()}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  })
  const answer = await response.text()
  const milliseconds = performance.now() - began
  const own = new Set(['date', 'x-request-id'])
  const headers = [...response.headers].filter(([key]) => !own.has(key)).toSorted()
  return { milliseconds, shape: JSON.stringify([response.status, headers, answer]) }
}

/** Known and unknown in turns, the first of each pair now this, now that; some pairs at once. */
async function compare(
  name: OperationName,
  bodyOf: (who: string, n: number) => Record<string, unknown>,
  { samples, width }: { samples: number; width: number },
) {
  const times: Record<Side, number[]> = { known: [], weird: [] }
  const shapes: Record<Side, Set<string>> = { known: new Set(), weird: new Set() }
  const one = async (side: Side, n: number) => {
    const { milliseconds, shape } = await ask(name, bodyOf(`${side}-${n % accounts}`, n))
    // The first ones warm everything up.
    if (n < warmUp) return
    times[side].push(milliseconds)
    shapes[side].add(shape)
  }
  for (let n = 0; n < samples + warmUp; n += width) {
    const pairs = Array.from({ length: width }, (_, more) => n + more)
    const sides: readonly Side[] = (n / width) % 2 ? ['known', 'weird'] : ['weird', 'known']
    if (width > 1) await Promise.all(pairs.flatMap((each) => sides.map((side) => one(side, each))))
    else for (const side of sides) await one(side, n)
  }
  return { times, shapes }
}

function verdict(times: Record<Side, readonly number[]>) {
  const [known, unknown] = [median(times.known), median(times.weird)]
  const difference = Math.abs(known - unknown)
  const chance = mannWhitney(times.known, times.weird)
  const tells =
    chance < effect.chance &&
    difference > effect.share * Math.min(known, unknown) &&
    difference > effect.milliseconds
  return { tells, known, unknown, chance }
}

describe('the same answer, shape and time for known and unknown', () => {
  const wrong = (n: number) => String(n).padStart(6, '0')
  const probes = {
    'accounts.sendCode': (who) => ({ email: `${who}@example.com`, purpose: 'login' }),
    'accounts.verifyCode': (who, n) => ({ email: `${who}@example.com`, code: wrong(n) }),
    'accounts.login': (who, n) => ({ email: `${who}@example.com`, code: wrong(n) }),
    'accounts.register': (who, n) => ({
      email: `${who}@example.com`,
      code: wrong(n),
      user_id: who,
      nickname: 'n',
    }),
    'accounts.resetPassword': (who, n) => ({
      email: `${who}@example.com`,
      code: wrong(n),
      password: 'another calm grey heron',
    }),
    'accounts.loginWithPassword': (who, n) => ({
      email: n % 4 < 2 ? who : `${who}@example.com`,
      password: 'wrong word',
    }),
  } satisfies Partial<Record<OperationName, (who: string, n: number) => Record<string, unknown>>>
  // A hash takes a core for tens of milliseconds: fewer of them, as many at once as the server
  // computes. What a missing one would change is not a share of the time but all of it.
  const efforts: Record<string, { samples: number; width: number }> = {
    'accounts.loginWithPassword': { samples: 80, width: 2 },
  }
  for (const [name, bodyOf] of Object.entries(probes)) {
    test(
      name,
      async () => {
        const { times, shapes } = await compare(
          name as OperationName,
          bodyOf,
          isDeep ? (efforts[name] ?? { samples: 300, width: 1 }) : few,
        )
        expect(shapes.known.size).toBe(1)
        expect([...shapes.weird]).toEqual([...shapes.known])
        if (isDeep) expect(verdict(times)).toMatchObject({ tells: false })
      },
      60_000,
    )
  }
})

describe('the measure itself', () => {
  deepTest('tells a hash that was not computed from one that was', async () => {
    const times: Record<Side, number[]> = { known: [], weird: [] }
    const hash = await Bun.password.hash('x', {
      algorithm: 'argon2id',
      memoryCost: 1_024,
      timeCost: 1,
    })
    for (let n = 0; n < 300; n++) {
      for (const side of ['known', 'weird'] as const) {
        const began = performance.now()
        if (side === 'known') await Bun.password.verify('y', hash)
        times[side].push(performance.now() - began)
      }
    }
    expect(verdict(times)).toMatchObject({ tells: true })
  })

  test('agrees with tables and with chance', () => {
    const series = (count: number, from: number) =>
      Array.from({ length: count }, (_, n) => from + n)
    expect(mannWhitney(series(50, 0), series(50, 0))).toBeCloseTo(1, 6)
    // U = 0 of 10 and 10: z = 49.5 / sqrt(175).
    expect(mannWhitney(series(10, 0), series(10, 100))).toBeCloseTo(0.000183, 6)
    expect(mannWhitney(series(300, 0), series(300, 60))).toBeLessThan(1e-6)
    expect(mannWhitney([1, 1, 1], [1, 1, 1])).toBe(1)
  })
})
