// push: a notification to one browser or phone.
import { limits } from '../src/features/push/limits.ts'
import type { Throttle } from '../src/core/throttle.ts'
import { deliver, update, type Delivery } from '../src/features/push/deliver.ts'
import { outdated, reachable } from '../src/features/push/reach.ts'
import { isTrouble } from '../src/infra/push.ts'
import type { Jobs } from '../src/infra/queues.ts'
import type { DurableEvent } from '../src/protocol/events.ts'
import type { BaseContext } from '../src/context.ts'
import { giveUp, retry } from './outcome.ts'
import type { Work } from './work.ts'

/** Adds a job per registration. `wanted`: user → conversations; one that waits already is not doubled. */
export async function enqueuePushes(
  ctx: BaseContext,
  wanted: ReadonlyMap<number, ReadonlySet<number>>,
): Promise<void> {
  const found = await reachable(ctx, [...wanted.keys()])
  await Promise.all(
    found.flatMap(({ id: subscription, user_id }) =>
      [...(wanted.get(user_id) ?? [])].map((conversation) =>
        ctx.queues.add(
          'push',
          'deliver',
          { subscription, conversation },
          { collapse: `${subscription}-${conversation}` },
        ),
      ),
    ),
  )
}

/** One for all browsers of a person, as workers of the version before add them. */
export async function pushNotify({ ctx }: Work, job: Jobs['push']['notify']): Promise<void> {
  await enqueuePushes(ctx, new Map([[job.user, new Set([job.conversation])]]))
}

/** What was not taken is tried again until it is too old to be of use. */
export async function pushDeliver(work: Work, job: Jobs['push']['deliver']): Promise<void> {
  const delivery = await deliver(work.ctx, work.pushers, job)
  if (!delivery) return
  if ('pause' in delivery) throw retry(delivery.pause, { logged: true, after: delivery.seconds })
  settle(work, delivery)
  if (delivery.outdated) await enqueueUpdate(work.ctx, { ...job, isEdit: false })
}

export async function pushUpdate(work: Work, job: Jobs['push']['update']): Promise<void> {
  const delivery = await update(work.ctx, work.pushers, job)
  if (delivery) settle(work, delivery)
}

/** After the reaction to an event: what devices show of it is mended by and by. */
export async function enqueueUpdates(ctx: BaseContext, event: DurableEvent): Promise<void> {
  for await (const page of outdated(ctx, event)) {
    await Promise.all(page.map((job) => enqueueUpdate(ctx, job)))
  }
}

function enqueueUpdate(ctx: BaseContext, job: Jobs['push']['update']): Promise<void> {
  return ctx.queues.add('push', 'update', job, {
    collapse: `update-${job.subscription}-${job.conversation}-${job.isEdit}`,
    delayMs: limits.push.gatherMs,
  })
}

function settle({ ctx, troubles }: Work, delivery: Delivery): void {
  const { kind, outcome, status, owed, waitSeconds, held } = delivery
  ctx.metrics.pushes.inc({ kind, outcome: held ? 'held' : outcome })
  complain(ctx, troubles, delivery)
  if (outcome === 'sent' || outcome === 'gone') return
  const told = { detail: status, logged: true }
  if (owed) throw retry(outcome, { ...told, after: waitSeconds })
  if (isTrouble(outcome)) ctx.metrics.pushes.inc({ kind, outcome: 'expired' })
  throw giveUp(outcome, told)
}

/** Loudly, but once per service and kind of trouble: there may be thousands a minute. */
function complain(ctx: BaseContext, troubles: Throttle, delivery: Delivery): void {
  const { outcome, status, said, service, held } = delivery
  if (outcome === 'sent' || outcome === 'gone' || held) return
  if (!troubles.due(`${service} ${outcome}`)) return
  const again = `${limits.push.complainMs / 3_600_000} h`
  ctx.log.error(
    { service, outcome, status, said, again },
    'a push service does not take notifications',
  )
}
