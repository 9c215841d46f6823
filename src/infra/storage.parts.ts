// A stream in pieces of one size, and a stream that may neither fall silent nor end early.
import type { Clock } from '../core/clock.ts'

export interface Part {
  /** Lies in one buffer for all parts: whoever wants the next one is done with it. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly isLast: boolean
}

/**
 * All of `body`, at least one part. Whoever stops early cancels the stream. The buffer is asked for
 * once; the machine gives its pages as they are written to, so a small file takes little.
 */
export async function* partsOf(
  body: ReadableStream<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Part, undefined> {
  const buffer = new Uint8Array(partBytes)
  let filled = 0
  for await (const chunk of body) {
    for (let taken = 0; taken < chunk.length;) {
      if (filled === partBytes) {
        yield { bytes: buffer, isLast: false }
        filled = 0
      }
      const some = chunk.subarray(taken, taken + partBytes - filled)
      buffer.set(some, filled)
      filled += some.length
      taken += some.length
    }
  }
  yield { bytes: buffer.subarray(0, filled), isLast: true }
  return undefined
}

/**
 * The same bytes. Breaks off when none comes for so long, and when fewer came than were said. Time in which
 * nobody asks is not counted.
 */
export function unlessCut(
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  clock: Clock,
  milliseconds: number,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let bytes = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const late = Promise.withResolvers<never>()
        const timer = clock.after(milliseconds, () => late.reject(new Error('fell silent')))
        try {
          const { done, value } = await Promise.race([reader.read(), late.promise])
          bytes += value?.length ?? 0
          if (!done) controller.enqueue(value)
          else if (length === undefined || bytes === length) controller.close()
          else throw new Error(`${bytes} bytes came, not ${length}`)
        } catch (error) {
          void reader.cancel(error).catch(() => {})
          throw error
        } finally {
          timer.stop()
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is fetched that nobody has asked for.
    { highWaterMark: 0 },
  )
}
