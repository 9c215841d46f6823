// Postgres: the pool, and transactions that tell their events after the commit.
import postgres from 'postgres'
import type { Config } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import { Failure } from '../core/failure.ts'
import { limits } from './limits.ts'
import type { Seal } from '../core/seal.ts'
import type { DurableEvent } from '../protocol/events.ts'
import {
  changesOf,
  kinds,
  type AccountChange,
  type MemberChange,
  type MessageChange,
} from '../protocol/kept.ts'
import { WatchedConnections } from './dead-peer.ts'

export type Sql = postgres.Sql<{ bigint: number }>

declare const inTransactionOnly: unique symbol

/**
 * The connection of one transaction. What locks, or promises something until the end of the
 * transaction, takes this: on the pool a lock would be gone with its statement, and does not compile.
 */
export type TxSql = Sql & { readonly [inTransactionOnly]: true }

/** A step inside somebody's transaction, with what a step may know besides. The pool is not in it. */
export interface Tx {
  readonly sql: TxSql
  /** When the transaction began, by the injected clock; begun again, it is later. */
  readonly now: Date
  readonly config: Config
  readonly seal: Seal
  /** Remembers what happened; told to the queues once the transaction has committed. */
  emit(event: DurableEvent): void
}

/** What a transaction is begun with. */
export interface TxParts {
  readonly sql: Sql
  readonly clock: Pick<Clock, 'now'>
  readonly config: Config
  readonly seal: Seal
}

/** 64-bit identities stay below 2^53, so a number holds them all. */
const bigint = { to: 20, from: [20], serialize: String, parse: Number }

export interface DatabaseOptions {
  readonly connections: number
  readonly name: string
  /** Server settings of every connection, as text: the driver drops what is falsy. */
  readonly settings?: Readonly<Record<string, string>>
  /** Give up on a server that says nothing for longer than any statement may take. */
  readonly impatient?: boolean
  /** Told of every statement as it leaves; nothing in production asks for it. */
  readonly onStatement?: ((statement: string) => void) | undefined
}

/**
 * Short questions by index: compiling a plan, or starting helpers for it, costs more than it saves, and
 * on the disks of today a page here or there costs much the same. Nor is a plan made anew for the values
 * of a question: for a page of a list that took longer than reading it, see docs/decisions/0027.
 */
export const poolSettings: Readonly<Record<string, string>> = {
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  plan_cache_mode: 'force_generic_plan',
}

export function connectDatabase(url: string, options: DatabaseOptions): Sql {
  // With TLS the driver wraps the socket, and the watch would see nothing it understands.
  const plain = !/[?&](ssl|sslmode)=/.test(url)
  const lines = new WatchedConnections(limits.database.silenceMs)
  // The driver's types do not know this option of its own.
  const own = { socket: (target: Parameters<WatchedConnections['dial']>[0]) => lines.dial(target) }
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
      ...poolSettings,
      ...options.settings,
    },
  })
}

const retried = new Set(['40001', '40P01'])
const attemptsMax = 4

/** Runs the work in one transaction; again when Postgres asks for it (deadlock, serialization). */
export async function inTransaction<T>(
  { sql, clock, config, seal }: TxParts,
  work: (tx: Tx) => Promise<T>,
): Promise<{ result: T; outboxId: number | null }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await sql.begin(async (connection) => {
        const inner = connection as unknown as TxSql
        const events: DurableEvent[] = []
        const emit = (event: DurableEvent) => void events.push(event)
        const result = await work({ sql: inner, now: clock.now(), config, seal, emit })
        return { result, outboxId: events.length > 0 ? await insertEvents(inner, events) : null }
      })) as { result: T; outboxId: number | null }
    } catch (error) {
      if (attempt < attemptsMax && retried.has(sqlState(error))) continue
      throw error
    }
  }
}

/**
 * What happened, for the workers to tell, and what it changed, for devices to catch up on: in one
 * statement, the last of its transaction.
 */
async function insertEvents(sql: TxSql, events: DurableEvent[]): Promise<number | null> {
  const { accounts, messages, members } = changesOf(events)
  const [row] = await sql<{ id: number }[]>`
    with ${accounts.length > 0 ? sql`accounts as (${insertAccountChanges(sql, accounts)}),` : sql``}
      ${messages.length > 0 ? sql`messages as (${insertMessageChanges(sql, messages)}),` : sql``}
      ${members.length > 0 ? sql`members as (${insertMemberChanges(sql, members)}),` : sql``}
      told as (insert into outbox (events) values (${sql.json(events)}) returning id)
    select id from told`
  return row?.id ?? null
}

const insertAccountChanges = (sql: TxSql, changes: readonly AccountChange[]) => sql`
  insert into account_changes (user_id, kind, ref)
  select * from unnest(
    ${changes.map(({ user }) => user)}::bigint[],
    ${changes.map(({ kind }) => kinds[kind])}::smallint[],
    ${changes.map(({ ref }) => ref)}::bigint[])
  on conflict (user_id, kind, ref)
    do update set xid = pg_current_xact_id(), changed_at = now()`

const insertMessageChanges = (sql: TxSql, changes: readonly MessageChange[]) => sql`
  insert into message_changes (conversation_id, message_id)
  select * from unnest(
    ${changes.map(({ conversation }) => conversation)}::bigint[],
    ${changes.map(({ message }) => message)}::bigint[])
  on conflict (conversation_id, message_id)
    do update set xid = pg_current_xact_id(), changed_at = now()`

const insertMemberChanges = (sql: TxSql, changes: readonly MemberChange[]) => sql`
  insert into member_changes (conversation_id, user_id)
  select * from unnest(
    ${changes.map(({ conversation }) => conversation)}::bigint[],
    ${changes.map(({ user }) => user)}::bigint[])
  on conflict (conversation_id, user_id)
    do update set xid = pg_current_xact_id(), changed_at = now()`

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
