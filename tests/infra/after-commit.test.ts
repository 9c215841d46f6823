// Enqueue after commit: what a transaction emitted is on its way once it is there, and only then.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { AfterCommit, transactor } from '../../src/infra/after-commit.ts'
import { connectDatabase, type Sql } from '../../src/infra/db.ts'
import { createMetrics } from '../../src/infra/metrics.ts'
import { findOutbox } from '../../src/infra/outbox.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { txParts } from '../support/transaction.ts'

let sql: Sql
beforeAll(async () => {
  sql = connectDatabase(await createDatabase(), { connections: 2, name: 'test' })
})
afterAll(() => sql.end())

type Job = readonly [queue: string, name: string, data: { outbox: number }, options: unknown]

/** A queue that writes down its jobs, or that Redis has left alone. */
function node({ isRedisAway = false } = {}) {
  const jobs: Job[] = []
  const metrics = createMetrics('api')
  const add = async (...job: unknown[]) => {
    if (isRedisAway) throw new Error('Redis is away')
    jobs.push(job as unknown as Job)
  }
  const afterCommit = new AfterCommit({ add }, metrics)
  const failures = async () => (await metrics.enqueueFailures.get()).values[0]?.value
  return { afterCommit, transact: transactor(txParts(sql), afterCommit), jobs, failures }
}

const event = { name: 'friend.removed', by: 1, other: 2 } as const

test('what was emitted has its row and one job, named after the row', async () => {
  const { transact, jobs } = node()
  const answer = await transact(async (tx) => {
    tx.emit(event)
    tx.emit(event)
    expect(jobs).toEqual([])
    return 'done'
  })
  expect(answer).toBe('done')
  const outbox = jobs[0]?.[2].outbox ?? 0
  expect(jobs).toEqual([['delivery', 'events', { outbox }, { id: `o-${outbox}` }]])
  expect(await findOutbox(sql, outbox)).toMatchObject({ events: [event, event] })
})

test('a transaction that says nothing adds nothing; one that fails takes its events with it', async () => {
  const { transact, jobs } = node()
  expect(await transact(async (tx) => (await tx.sql`select 1 as one`)[0]?.['one'])).toBe(1)
  const failing = transact(async (tx) => {
    tx.emit(event)
    throw new Error('changed my mind')
  })
  expect(failing).rejects.toThrow('changed my mind')
  await failing.catch(() => {})
  expect(jobs).toEqual([])
})

test('a batch of messages has one job, which carries its frames', () => {
  const { afterCommit, jobs } = node()
  const job = { outbox: 7, at: 0, items: [], frames: '{}' }
  afterCommit.messages(job)
  expect(jobs).toEqual([['delivery', 'messages', job, { id: 'o-7' }]])
})

test('what Redis does not take fails nobody: it is counted, and the row stays for the sweeper', async () => {
  const { transact, afterCommit, failures } = node({ isRedisAway: true })
  expect(await transact(async (tx) => void tx.emit(event))).toBeUndefined()
  afterCommit.messages({ outbox: 7, at: 0, items: [], frames: '' })
  await eventually(async () => (await failures()) === 2, { what: 'two failures' })
})
