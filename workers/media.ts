// media: looks through a file that has been uploaded and makes of it what others may see.
import {
  beginProcessing,
  putOff,
  refuse,
  settle,
  type Made,
} from '../src/features/media/processing.ts'
import { processMedia, type ProcessedMedia } from '../src/infra/media/process.ts'
import type { Jobs } from '../src/infra/queues.ts'
import { retry } from './outcome.ts'
import type { Work } from './work.ts'

/** Whatever happens on the way, the file waits until the last step: the sweeper adds the job again. */
export async function processFile(work: Work, job: Jobs['media']['process']): Promise<void> {
  const { ctx, scanner } = work
  const file = await beginProcessing(ctx, job.media)
  if (!file) return
  const result = await processMedia(ctx.storage, scanner, file, ctx.clock).catch(async (cause) => {
    await putOff(ctx, file)
    throw retry('mediaLater', { cause })
  })
  ctx.metrics.media.inc({ outcome: result.reason ?? 'ready' })
  if (result.state === 'ready') await settle(ctx, file, madeOf(result))
  else await refuse(ctx, file, result.reason ?? 'failed')
}

function madeOf(result: ProcessedMedia): Made {
  const find = (use: string) => result.derived.find((each) => each.use === use)
  const whole = find('whole')
  const { mime = 'application/octet-stream', isInline = false } = result
  return {
    mime,
    is_inline: isInline,
    facts: {
      width: result.width ?? null,
      height: result.height ?? null,
      duration: result.duration ?? null,
      thumbhash: result.thumbhash ?? null,
    },
    whole: whole ? { key: whole.key, bytes: whole.size, digest: whole.digest } : null,
    largeBytes: find('large')?.size ?? null,
    smallBytes: find('small')?.size ?? null,
  }
}
