// Where a figure was taken: without it a number says nothing.
import { cpus, release, totalmem } from 'node:os'

export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryGiB: number
  readonly kernel: string
  readonly bun: string
  readonly postgres: string
  readonly redis: string
  /** Settings of Postgres that decide what "stored" means. */
  readonly durability: string
  readonly takenAt: string
}

export function describeMachine(
  servers: Pick<Machine, 'postgres' | 'redis' | 'durability'>,
): Machine {
  const all = cpus()
  return {
    cores: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    bun: Bun.version,
    ...servers,
    takenAt: new Date().toISOString(),
  }
}
