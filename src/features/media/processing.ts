// From an upload to a file that can be seen: its job, how it ended, and who waits for that.
import type { BaseContext, Context } from '../../context.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { derivedKeys, isWhole, sentKey } from '../../infra/media/derived.ts'
import { limits } from './limits.ts'
import {
  claimLost,
  claimWaiting,
  findOwn,
  isKept,
  markReady,
  markRefused,
  returnAttempt,
  updateMade,
  type Made,
  type Waiting,
} from './processing.store.ts'
import type { MediaRow } from './row.ts'

export type { Made, Waiting } from './processing.store.ts'

const after = (now: Date, ms: number) => new Date(now.getTime() + ms)

/** Waits once, however often it is added. */
export function enqueueProcessing({ queues }: BaseContext, media: number): Promise<void> {
  return queues.add('media', 'process', { media }, { collapse: `media-${media}` })
}

/** For the sweeper: a file whose job was lost gets another one. */
export async function enqueueLost(ctx: BaseContext): Promise<void> {
  const now = ctx.clock.now()
  const { lostRows, againMs } = limits.media.processing
  for (const id of await claimLost(ctx.sql, now, lostRows, after(now, againMs))) {
    await enqueueProcessing(ctx, id)
  }
}

/**
 * For the worker; nothing when there is nothing to do. A file over which workers die, or that nobody could
 * process for days, is refused in the end.
 */
export async function beginProcessing(ctx: BaseContext, id: number): Promise<Waiting | undefined> {
  const now = ctx.clock.now()
  const { againMs, attemptsMax, patienceMs } = limits.media.processing
  const file = await claimWaiting(ctx.sql, id, after(now, againMs))
  if (!file) return undefined
  // Made by an earlier job that did not come to its end.
  if (isWhole(file.key)) return void (await uncover(ctx, file.id, file.key))
  if (file.attempts <= attemptsMax && after(file.created_at, patienceMs) > now) return file
  return void (await refuse(ctx, file, 'failed'))
}

/** What it needs is away: it is tried again, and that costs it no attempt. */
export function putOff(ctx: BaseContext, { id }: Waiting): Promise<void> {
  return returnAttempt(ctx.sql, id)
}

/** What was sent is gone before anybody sees what stands in for it. */
export async function settle(ctx: BaseContext, file: Waiting, made: Made): Promise<void> {
  if (await updateMade(ctx.sql, file, made)) {
    if (made.whole) await uncover(ctx, file.id, file.key)
  } else if (!(await isKept(ctx.sql, file.id))) {
    // Erased meanwhile: whoever did that knew nothing of what was made of it.
    await ctx.storage.remove(keysOf(file.key))
  }
}

async function uncover(ctx: BaseContext, id: number, key: string): Promise<void> {
  await ctx.storage.remove([sentKey(key)])
  await markReady(ctx.sql, id)
}

export async function refuse(ctx: BaseContext, file: Waiting, reason: string): Promise<void> {
  const dueAt = after(ctx.clock.now(), limits.media.unusedMs)
  if (await markRefused(ctx.sql, file.id, reason, dueAt)) {
    await ctx.storage.remove(keysOf(file.key))
  }
}

/** All that may lie in the storage of a file. */
const keysOf = (key: string): string[] => [sentKey(key), ...derivedKeys(key)]

/**
 * The file once it is processed, so that an upload can be answered with all that it is. One that takes
 * longer is answered as it stands.
 */
export async function settled(ctx: Context, row: MediaRow): Promise<MediaRow> {
  const { waitMs, lookMs, lookMsMax } = limits.media.processing
  const until = ctx.clock.elapsed() + waitMs
  let now: MediaRow | undefined = row
  for (let pause: number = lookMs; now?.state === 'processing'; pause *= 1.5) {
    if (ctx.clock.elapsed() >= until) return now
    const milliseconds = Math.min(pause, lookMsMax)
    await new Promise<void>((resolve) => ctx.clock.after(milliseconds, resolve))
    now = await findOwn(ctx.sql, row.id)
  }
  if (!now) throw new Failure('notFound')
  if (now.state === 'refused') throw refusalOf(now.refusal)
  return now
}

function refusalOf(reason: string | null): Failure {
  if (['pixels', 'frames', 'time', 'memory'].includes(reason ?? ''))
    return invalid('file', 'too_large')
  return new Failure('notAllowed', { field: 'file' })
}
