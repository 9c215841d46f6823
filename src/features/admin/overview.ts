// What the first admin page shows: how much waits in each queue, and who is connected here.
import type { Context } from '../../context.ts'
import type { Depth, QueueName } from '../../infra/queues.ts'

export interface Overview {
  /** Null while Redis is away. */
  readonly queues: Readonly<Record<QueueName, Depth>> | null
  readonly sockets: number
}

export async function overview(ctx: Context): Promise<Overview> {
  const [queues, sockets] = await Promise.all([
    ctx.queues.depths().catch(() => null),
    ctx.metrics.sockets.get(),
  ])
  return { queues, sockets: sockets.values[0]?.value ?? 0 }
}
