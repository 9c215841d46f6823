// What the kernel knows of a process: time on the processors, memory, children.
import { readFileSync, readdirSync } from 'node:fs'

/** Linux counts in hundredths of a second whatever the kernel's own tick is. */
const ticksPerSecond = 100

interface Stat {
  readonly parent: number
  /** User and system time of its own. */
  readonly ticks: number
  /** The same of children that have ended. */
  readonly pastTicks: number
}

function stat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name may hold spaces and brackets; the fields begin behind its last bracket.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return {
      parent: fields[1]!,
      ticks: fields[11]! + fields[12]!,
      pastTicks: fields[13]! + fields[14]!,
    }
  } catch {
    return undefined
  }
}

/** Seconds on the processors of a process and, for a family, of all its children ever. */
export function cpuSeconds(pid: number, family: boolean): number {
  const own = stat(pid)
  if (!own) return 0
  let ticks = own.ticks
  if (family) {
    ticks += own.pastTicks
    for (const name of readdirSync('/proc')) {
      const child = Number(name)
      if (!child) continue
      const known = stat(child)
      if (known?.parent === pid) ticks += known.ticks
    }
  }
  return ticks / ticksPerSecond
}

export function parentOf(pid: number): number | undefined {
  return stat(pid)?.parent
}

export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** Bytes in memory that are the process's own or shared with others. */
export function residentBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024
}

export interface Watched {
  readonly pid: number
  readonly family: boolean
}

export interface CpuReading {
  /** Milliseconds, for the time between two readings. */
  readonly at: number
  /** Seconds of each watched process. */
  readonly seconds: ReadonlyMap<string, number>
  /** Seconds of all processors together that went to anything at all. */
  readonly machine: number
}

export function readCpu(watched: ReadonlyMap<string, Watched>): CpuReading {
  const each = [...watched].map(([name, who]) => [name, cpuSeconds(who.pid, who.family)] as const)
  return { at: performance.now(), seconds: new Map(each), machine: machineSeconds() }
}

function machineSeconds(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!
  const [user, nice, system, , , irq, softirq] = line.split(/\s+/).slice(1).map(Number)
  return (user! + nice! + system! + irq! + softirq!) / ticksPerSecond
}

/** Microseconds on the processors per message, by process. */
export function cpuPerMessage(
  before: CpuReading,
  after: CpuReading,
  messages: number,
): Record<string, number> {
  return Object.fromEntries(
    [...after.seconds].map(([name, seconds]) => {
      const used = seconds - (before.seconds.get(name) ?? 0)
      return [name, Math.round((used * 1e7) / Math.max(1, messages)) / 10]
    }),
  )
}

/** Cores that others used meanwhile: what does not belong to the measurement disturbs it. */
export function coresOfOthers(before: CpuReading, after: CpuReading): number {
  let used = after.machine - before.machine
  for (const [name, seconds] of after.seconds) used -= seconds - (before.seconds.get(name) ?? 0)
  return Math.max(0, (used * 1000) / (after.at - before.at))
}
