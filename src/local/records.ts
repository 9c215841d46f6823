// Remembers on disk which processes we started, so that a later run can stop exactly those.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A process id alone is reused by the system; together with its start time it is one process. */
export type Identity = { pid: number; started: string }
export type ProcessRecord = Identity & { name: string; owner: Identity; signal: NodeJS.Signals }

const pollMs = 50

function readText(file: string) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** When the process began, or undefined when it is gone or only waits to be reaped. */
function startedAt(pid: number) {
  if (process.platform !== 'linux') {
    const answer = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    })
    const text = answer.stdout?.trim() ?? ''
    return text === '' || text.startsWith('Z') ? undefined : text.replace(/^\S+\s+/, '')
  }
  const stat = readText(`/proc/${pid}/stat`)
  if (!stat) return undefined
  // The name stands in parentheses and may hold anything: fields are counted after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  return `${boot} ${fields[19]}`
}

export function identityOf(pid: number): Identity | undefined {
  const started = startedAt(pid)
  return started === undefined ? undefined : { pid, started }
}

export function isAlive(identity: Identity) {
  return startedAt(identity.pid) === identity.started
}

export function readRecord(file: string): ProcessRecord | undefined {
  const text = readText(file)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as ProcessRecord
  } catch {
    return undefined
  }
}

/** The signal is the one that makes this process end well: SIGINT for Postgres, else SIGTERM. */
export function writeRecord(
  file: string,
  entry: { name: string; pid: number; signal?: NodeJS.Signals },
) {
  const identity = identityOf(entry.pid)
  const owner = identityOf(process.pid)
  if (!identity || !owner) return
  const record: ProcessRecord = { ...identity, name: entry.name, owner, signal: 'SIGTERM' }
  if (entry.signal) record.signal = entry.signal
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Only while it tells of this process: a successor may have written its own by now. */
export function removeRecord(file: string, pid: number) {
  if (readRecord(file)?.pid === pid) rmSync(file, { force: true })
}

/** Waits until the process is gone; false when the time ran out first. */
export async function waitUntilGone(identity: Identity, timeoutMs: number) {
  const end = Date.now() + timeoutMs
  while (isAlive(identity)) {
    if (Date.now() > end) return false
    await Bun.sleep(pollMs)
  }
  return true
}

function signal(identity: Identity, name: NodeJS.Signals) {
  try {
    process.kill(identity.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Stops what an earlier run left behind. A process whose owner still lives is in use and left
 * alone: the answer is then that owner. Returns undefined when the way is free.
 */
export async function stopLeftover(file: string, graceMs = 20_000): Promise<Identity | undefined> {
  const record = readRecord(file)
  if (!record) return undefined
  if (isAlive(record)) {
    if (isAlive(record.owner)) return record.owner
    signal(record, record.signal)
    if (!(await waitUntilGone(record, graceMs))) {
      signal(record, 'SIGKILL')
      await waitUntilGone(record, graceMs)
    }
  }
  removeRecord(file, record.pid)
  return undefined
}
