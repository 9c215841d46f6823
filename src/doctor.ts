// `bun run cli doctor`: whether what a start needs is there and set as it must be, as a table.
import { adviceNow, adviceOn, type Advice } from './advice.ts'
import type { Config } from './config.ts'
import { systemClock } from './core/clock.ts'
import { createLog } from './core/log.ts'
import { lastingTroubles } from './features/push/troubles.ts'
import { connectDatabase, sqlState, type Sql } from './infra/db.ts'
import { evictionOf, versionOf, weakPostgres, weakRedis } from './infra/durability.ts'
import { SmtpMailer } from './infra/mail.smtp.ts'
import { loadMigrations, pendingMigrations } from './infra/migrate.ts'
import { connectRedis, connected } from './infra/redis.ts'

/**
 * `WARN`: it runs, and people will miss something. `unknown`: could not be asked, which is nobody's
 * fault or that of a line above.
 */
type State = 'ok' | 'WARN' | 'WRONG' | 'unknown'

export interface Finding {
  readonly what: string
  readonly state: State
  readonly note: string
}

const redisPatienceMs = 3_000

export async function examine(config: Config): Promise<Finding[]> {
  const found = await Promise.all([ofPostgres(config), ofRedis(config), ofMail(config)])
  return found.flat()
}

export function asTable(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((each) => each.what.length))
  return findings
    .map(({ what, state, note }) => `${what.padEnd(width)}  ${state.padEnd(7)}  ${note}`.trimEnd())
    .join('\n')
}

async function ofPostgres({ databaseUrl }: Config): Promise<Finding[]> {
  const sql = connectDatabase(databaseUrl, { connections: 1, name: 'curlew doctor' })
  try {
    const version = await versionOf(sql)
    const weak = await weakPostgres(sql)
    return [
      { what: 'Postgres', state: 'ok', note: version },
      finding('Durability', weak, 'fsync and synchronous_commit are not off'),
      await ofMigrations(sql),
      await ofPush(sql),
    ]
  } catch (error) {
    const note = `no answer: ${sqlState(error) || (error as Error).message}`
    return [
      { what: 'Postgres', state: 'WRONG', note },
      { what: 'Durability', state: 'unknown', note: '' },
      { what: 'Migrations', state: 'unknown', note: '' },
      { what: 'Push', state: 'unknown', note: '' },
    ]
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function ofMigrations(sql: Sql): Promise<Finding> {
  const all = await loadMigrations()
  const missing = await pendingMigrations(sql, all)
  const sentences =
    missing.length > 0 ? [`${missing.length} of ${all.length} are missing: bun run migrate`] : []
  return finding('Migrations', sentences, `all ${all.length} are applied`)
}

/** Of other people's services, and of some that anybody may name: no reason to fail. */
async function ofPush(sql: Sql): Promise<Finding> {
  const troubles = await lastingTroubles(sql, systemClock.now()).catch(() => null)
  if (!troubles) return { what: 'Push', state: 'unknown', note: 'its table is not there yet' }
  if (troubles.length === 0) return { what: 'Push', state: 'ok', note: 'nothing is held up' }
  const sentences = troubles.map(
    ({ service, why, registrations, since }) =>
      `${service}: ${why}, ${registrations} registrations, since ${since.toISOString()}.`,
  )
  return { what: 'Push', state: 'WARN', note: sentences.join(' ') }
}

async function ofRedis(config: Config): Promise<Finding[]> {
  const redis = connectRedis(config.redisUrl, 'command', createLog('silent', 'doctor'))
  try {
    // What it says when it does not let us in, or nothing.
    let last = ''
    redis.on('error', (error: Error & { code?: string }) => (last = error.code ?? error.message))
    if (!(await connected(redis, redisPatienceMs))) {
      return [
        { what: 'Redis', state: 'WRONG', note: `no answer${last && `: ${last}`}` },
        { what: 'Eviction', state: 'unknown', note: '' },
        ...adviceOn(config).map(warning),
      ]
    }
    await redis.ping()
    const policy = await evictionOf(redis)
    return [
      { what: 'Redis', state: 'ok', note: 'answers' },
      policy === null
        ? { what: 'Eviction', state: 'unknown', note: 'this user may not ask for it' }
        : finding('Eviction', await weakRedis(redis), policy),
      ...(await adviceNow(config, redis)).map(warning),
    ]
  } finally {
    redis.disconnect()
  }
}

const warning = ({ what, sentence }: Advice): Finding => ({ what, state: 'WARN', note: sentence })

async function ofMail({ production, smtp, mailFrom }: Config): Promise<Finding[]> {
  if (!smtp) {
    // In production that is advice, see there.
    if (production) return []
    return [{ what: 'Mail', state: 'ok', note: 'SMTP_HOST is empty: no mail, no sign-in by code' }]
  }
  const mailer = new SmtpMailer(smtp, mailFrom, systemClock)
  const trouble = await mailer.greet()
  mailer.close()
  const sentences =
    trouble === null ? [] : [`${smtp.host}:${smtp.port} does not let us: ${trouble}`]
  return [finding('Mail', sentences, `${smtp.host}:${smtp.port} lets us in`)]
}

function finding(what: string, wrong: readonly string[], right: string): Finding {
  return wrong.length > 0
    ? { what, state: 'WRONG', note: wrong.join(' ') }
    : { what, state: 'ok', note: right }
}
