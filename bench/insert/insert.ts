// (a) The floor: one row per statement and commit, at the connection count that suits it best.
import { join } from 'node:path'
import { printInsert } from './table.ts'
import { bareDatabase } from '../bare/target.ts'
import { Child } from '../lib/child.ts'
import { median, spread } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { cpuPerMessage, readCpu, type CpuReading } from '../lib/proc.ts'
import { writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import type { InsertResult, InsertRun } from '../measured.ts'

const counts = [1, 2, 4, 8, 16, 32, 64]

export async function runInsert(
  stack: Stack,
  databaseUrl: string,
  connections: number,
  measureMs: number,
): Promise<InsertRun> {
  const child = new Child({
    name: 'insert',
    command: [
      process.execPath,
      join(import.meta.dir, '../bare/insert.ts'),
      ...[connections, Math.min(1_000, measureMs / 2), measureMs].map(String),
    ],
    env: { DATABASE_URL: databaseUrl },
    logs: stack.logs,
    input: '',
    listen: true,
  })
  const watched = new Map([...stack.watched, ['client', { pid: child.pid, family: false }]])
  let before: CpuReading | undefined
  let after: CpuReading | undefined
  let rate = 0
  for await (const line of child.lines()) {
    if (line === 'measure') before = readCpu(watched)
    else if (line === 'drain') after = readCpu(watched)
    else if (line.startsWith('{')) rate = (JSON.parse(line) as { rate: number }).rate
  }
  if (!before || !after) throw new Error(child.lastWords())
  const rows = (rate * measureMs) / 1000
  return { connections, rate, cpuMicros: cpuPerMessage(before, after, rows) }
}

/** Finds the best connection count by one short run each. */
export async function sweepInsert(stack: Stack, url: string, options: Options) {
  const sweep: InsertRun[] = []
  for (const count of options.quick ? [4, 16] : counts) {
    sweep.push(await runInsert(stack, url, count, options.quick ? 1_000 : 3_000))
  }
  const best = sweep.reduce((left, right) => (right.rate > left.rate ? right : left)).connections
  return { sweep, best }
}

export function insertResult(
  sweep: readonly InsertRun[],
  best: number,
  runs: readonly InsertRun[],
): InsertResult {
  const names = Object.keys(runs[0]?.cpuMicros ?? {})
  return {
    sweep,
    best,
    rate: spread(runs.map((run) => run.rate)),
    cpuMicros: Object.fromEntries(
      names.map((name) => [name, median(runs.map((run) => run.cpuMicros[name]!))]),
    ),
  }
}

export async function benchInsert(stack: Stack, options: Options) {
  const url = await bareDatabase(stack)
  const { sweep, best } = await sweepInsert(stack, url, options)
  const runs: InsertRun[] = []
  for (let round = 0; round < options.rounds; round++) {
    runs.push(await runInsert(stack, url, best, options.measureMs))
  }
  const result = insertResult(sweep, best, runs)
  console.log(printInsert(result))
  await writeResult('insert', { machine: stack.machine, partial: options.partial, ...result })
}
