// The pauses of patient queues, push and email, whose jobs end by their own time.
import { newFraction } from '../src/core/ids.ts'
import type { QueueName } from '../src/infra/queues.ts'
import { limits } from './limits.ts'
import { Retry } from './outcome.ts'

/** How often a job is tried when something is wrong that will not pass by waiting. */
export const faultsMax = 8

/**
 * The pause before a patient job's next attempt: doubling, between half of it and all of it by
 * chance, and never long: a mail server that was away for hours has its mails soon after it is
 * back. Longer only when the other side asks for it. −1 tells BullMQ to give up.
 */
export function patienceOf(queue: QueueName) {
  const { firstMs, maxMs } = queue === 'push' ? limits.retry.push : limits.retry.email
  return (attempts: number, _type?: string, error?: Error): number => {
    const { attemptsMax, afterMs } =
      error instanceof Retry ? error : { attemptsMax: faultsMax, afterMs: 0 }
    if (attempts >= attemptsMax) return -1
    const pause = Math.min(maxMs, firstMs * 2 ** Math.min(attempts - 1, 30))
    return Math.max(afterMs, Math.round(pause * (0.5 + newFraction() / 2)))
  }
}
