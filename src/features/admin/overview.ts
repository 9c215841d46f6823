// What the first admin page shows: how much waits in each queue, and who is connected here.
import type { Context } from '../../context.ts'
import type { Depth, QueueName } from '../../infra/queues.ts'
import { storageUse, type StorageUse } from '../media/totals.ts'
import { findUserIds } from '../people/people.ts'

const largestShown = 5

export interface Overview {
  /** Null while Redis is away. */
  readonly queues: Readonly<Record<QueueName, Depth>> | null
  readonly sockets: number
  readonly files: Omit<StorageUse, 'largest'> & {
    /** Who keeps most, by name. */
    readonly largest: readonly (readonly [name: string, bytes: number])[]
  }
}

export async function overview(ctx: Context): Promise<Overview> {
  const [queues, sockets, use] = await Promise.all([
    ctx.queues.depths().catch(() => null),
    ctx.metrics.sockets.get(),
    storageUse(ctx.sql, largestShown),
  ])
  const users = use.largest.map(({ user }) => user)
  const names = users.length > 0 ? await findUserIds(ctx.sql, users) : new Map<number, string>()
  const largest = use.largest.map(({ user, bytes }) => [names.get(user) ?? '', bytes] as const)
  return { queues, sockets: sockets.values[0]?.value ?? 0, files: { ...use, largest } }
}
