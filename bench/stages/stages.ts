// Where does the time of a lone message go: the shortest durable program and the product, stage by stage.
import postgres, { type Sql } from 'postgres'
import { bareDatabase, startBare } from '../bare/target.ts'
import { median } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { writeResult } from '../lib/results.ts'
import { runQuietRound, runRound, type Load } from '../lib/round.ts'
import type { Stack } from '../lib/stack.ts'
import type { Statements, Target } from '../lib/target.ts'
import type { Stages } from '../measured.ts'
import { startProduct } from '../product/target.ts'
import { printStages } from './table.ts'

/** What Postgres has to count for this, and counts for nothing else: it costs some of what it measures. */
export const stagesSettings = {
  shared_preload_libraries: 'pg_stat_statements',
  track_wal_io_timing: 'on',
}

export async function benchStages(stack: Stack, options: Options) {
  const bareUrl = await bareDatabase(stack)
  const targets = [
    await startBare(stack, bareUrl, 'shortest'),
    await startProduct(stack, { ...options, profile: undefined }),
  ]
  const sql = postgres(bareUrl, { max: 1, onnotice() {} })
  const measured = new Map<Target, Stages[]>(targets.map((target) => [target, []]))
  const wrong = new Set<string>()
  const others: number[] = []
  const { warmupMs, measureMs } = options
  const load: Load = { pairs: 1, depth: 1, warmupMs, measureMs }
  try {
    await sql`create extension pg_stat_statements`
    for (const target of targets) {
      await runRound(stack, target, { pairs: 50, depth: 4, warmupMs: 0, measureMs: 2_000 })
    }
    for (let turn = 0; turn < options.rounds; turn++) {
      for (const target of targets) {
        const before = await read(sql, target)
        const round = await (options.quick ? runRound : runQuietRound)(stack, target, load)
        const after = await read(sql, target)
        round.void.forEach((why) => wrong.add(why))
        others.push(round.coresOfOthers)
        measured.get(target)!.push({
          target: target.name,
          ack: 1_000 * round.ack.mean,
          arrival: 1_000 * round.delivery.mean,
          ...between(before, after),
        })
      }
    }
  } finally {
    await sql.end()
    await Promise.all(targets.map((target) => target.stop()))
  }
  const { machine } = stack
  const { rounds, partial } = options
  const result = {
    machine,
    partial,
    rounds,
    targets: [...measured.values()].map(medians),
    coresOfOthers: median(others),
    void: [...wrong],
  }
  console.log(printStages(result))
  await writeResult('stages', result)
  if (result.void.length > 0) process.exitCode = 1
}

interface Reading {
  readonly statements: Statements
  readonly executed: Statements
  readonly flushed: Statements
}

/** Totals so far: of the target, and of all of Postgres, where nothing else is going on. */
async function read(sql: Sql, target: Target): Promise<Reading> {
  const [executed, flushed] = await Promise.all([
    sql<[Statements]>`
      select sum(calls)::int as count, sum(total_exec_time + total_plan_time) as milliseconds
      from pg_stat_statements where query ~* 'insert into (bare_)?messages'`,
    sql<[Statements]>`
      select sum(fsyncs)::int as count, sum(fsync_time + write_time) as milliseconds
      from pg_stat_io where object = 'wal' and backend_type = 'client backend'`,
  ])
  const statements = (await target.statements?.()) ?? { count: 0, milliseconds: 0 }
  return { statements, executed: executed[0], flushed: flushed[0] }
}

function between(before: Reading, after: Reading) {
  const mean = (name: keyof Reading) => {
    const count = after[name].count - before[name].count
    return (1_000 * (after[name].milliseconds - before[name].milliseconds)) / Math.max(1, count)
  }
  return { statement: mean('statements'), executing: mean('executed'), flushing: mean('flushed') }
}

function medians(rounds: readonly Stages[]): Stages {
  const of = (pick: (one: Stages) => number) => median(rounds.map(pick))
  return {
    target: rounds[0]!.target,
    ack: of((one) => one.ack),
    arrival: of((one) => one.arrival),
    statement: of((one) => one.statement),
    executing: of((one) => one.executing),
    flushing: of((one) => one.flushing),
  }
}
