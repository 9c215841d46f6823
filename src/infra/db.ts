// Postgres: the pool, and transactions that tell their events after the commit.
import postgres from 'postgres'
import { Failure } from '../core/failure.ts'
import { limits } from '../core/limits.ts'
import type { DurableEvent } from '../protocol/events.ts'
import { Lines } from './line.ts'

export type Sql = postgres.Sql<{ bigint: number }>

/** A step inside somebody's transaction. */
export interface Tx {
  readonly sql: Sql
  readonly events: DurableEvent[]
}

/** Remembers what happened; told to the queues once the transaction has committed. */
export function emit(tx: Tx, event: DurableEvent): void {
  tx.events.push(event)
}

/** 64-bit identities stay below 2^53, so a number holds them all. */
const bigint = { to: 20, from: [20], serialize: String, parse: Number }

export interface DatabaseOptions {
  readonly connections: number
  readonly name: string
  /** Server settings of every connection; the driver drops falsy ones, so write 'off'. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Give up on a server that says nothing for longer than any statement may take. */
  readonly impatient?: boolean
  /** Told of every statement as it leaves; nothing in production asks for it. */
  readonly onStatement?: ((statement: string) => void) | undefined
}

export function connectDatabase(url: string, options: DatabaseOptions): Sql {
  // With TLS the driver wraps the socket, and the watch would see nothing it understands.
  const plain = !/[?&](ssl|sslmode)=/.test(url)
  const lines = new Lines(limits.database.silenceMs)
  // The driver's types do not know this option of its own.
  const own = { socket: (target: Parameters<Lines['dial']>[0]) => lines.dial(target) }
  const { onStatement } = options
  return postgres(url, {
    ...(options.impatient && plain ? own : {}),
    ...(onStatement ? { debug: (_, statement) => onStatement(statement) } : {}),
    max: options.connections,
    connect_timeout: limits.database.connectSeconds,
    // A short pause between attempts: the pool heals within it once the server is back.
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
    max_lifetime: 60 * 60,
    types: { bigint },
    onnotice: () => {},
    connection: {
      application_name: options.name,
      statement_timeout: limits.database.statementMs,
      lock_timeout: limits.database.lockMs,
      idle_in_transaction_session_timeout: limits.database.statementMs,
      jit: 'off',
      ...options.settings,
    },
  })
}

const retried = new Set(['40001', '40P01'])
const attemptsMax = 4

/** Runs the work in one transaction; again when Postgres asks for it (deadlock, serialization). */
export async function inTransaction<T>(
  sql: Sql,
  work: (tx: Tx) => Promise<T>,
): Promise<{ result: T; outboxId: number | null; events: DurableEvent[] }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await sql.begin(async (inner) => {
        const tx: Tx = { sql: inner as unknown as Sql, events: [] }
        const result = await work(tx)
        if (tx.events.length === 0) return { result, outboxId: null, events: tx.events }
        const [row] = await tx.sql<{ id: number }[]>`
          insert into outbox (events) values (${tx.sql.json(tx.events)}) returning id`
        return { result, outboxId: row?.id ?? null, events: tx.events }
      })) as { result: T; outboxId: number | null; events: DurableEvent[] }
    } catch (error) {
      if (attempt < attemptsMax && retried.has(sqlState(error))) continue
      throw error
    }
  }
}

/** Rejects while the database does not answer. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`
}

/** The SQLSTATE or the driver's code; empty for anything else. */
export function sqlState(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** Whether a unique constraint said no, and which. */
export function violates(error: unknown, constraint: string): boolean {
  const name = (error as { constraint_name?: unknown } | null)?.constraint_name
  return sqlState(error) === '23505' && name === constraint
}

/** Said where `isUnmigrated`, whichever program it is. */
export const unmigrated = 'The database lacks tables of this version: `bun run migrate` makes them.'

/** Whether a table or column is missing: this version's migrations were not applied. */
export function isUnmigrated(error: unknown): boolean {
  return ['42P01', '42703'].includes(sqlState(error))
}

const away =
  /^(CONNECT|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ERR_SOCKET|08|57P|57014|55P03|53|25006)/

/** Whether Postgres was out of reach or out of time, as against out of agreement. */
export function isDatabaseAway(error: unknown): boolean {
  return away.test(sqlState(error))
}

export function databaseAway(cause: unknown): Failure {
  return new Failure('databaseUnavailable', { retry_after: 1 }, cause)
}
