// push: one notification to all browsers of one person.
import { Failure } from '../src/core/failure.ts'
import { notify } from '../src/features/push/notify.ts'
import type { Work } from './handlers.ts'

export async function pushNotify(
  { ctx, pusher }: Work,
  job: { user: number; conversation: number },
): Promise<void> {
  const { sent, later } = await notify(ctx, pusher, job.user, job.conversation)
  // Only when nobody took it: a retry would ring again where it has rung already.
  if (later > 0 && sent === 0) throw new Failure('busy')
}
