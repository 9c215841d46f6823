// push: a notification to one browser or phone.
import { limits } from '../src/features/push/limits.ts'
import type { Throttle } from '../src/core/throttle.ts'
import { deliver, reachable, type Delivery } from '../src/features/push/deliver.ts'
import { isTrouble } from '../src/infra/push.ts'
import type { Jobs } from '../src/infra/queues.ts'
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
  const { ctx, pushers, troubles } = work
  const delivery = await deliver(ctx, pushers, job)
  if (!delivery) return
  const { kind } = delivery
  ctx.metrics.pushes.inc({ kind, outcome: delivery.held ? 'held' : delivery.outcome })
  complain(ctx, troubles, delivery)
  const { outcome, status, owed, waitSeconds } = delivery
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
