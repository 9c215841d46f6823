// Streams of bytes, read no faster than somebody takes them.

export function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

/** The first bytes of a stream, so many if there are as many, and the same stream from its beginning. */
export async function peek(
  stream: ReadableStream<Uint8Array>,
  bytes: number,
): Promise<{ head: Uint8Array; body: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader()
  const first: Uint8Array[] = []
  let length = 0
  while (length < bytes) {
    const { done, value } = await reader.read()
    if (done) break
    first.push(value)
    length += value.length
  }
  return { head: Buffer.concat(first), body: streamOf(rest(first, reader)) }
}

async function* rest(first: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    yield* first
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/**
 * Gives the memory of a piece back, for whoever has it from a stream and is done with it. Else it waits for
 * the garbage collector, which lets as much gather as the process is large. Pieces that share one buffer
 * come in order, so the last of them ends it; small ones are left, for pools share those in any order.
 */
export function release(piece: Uint8Array): void {
  const { buffer, byteOffset, byteLength } = piece
  if (buffer.byteLength < releasedBytesMin || byteOffset + byteLength < buffer.byteLength) return
  ;(buffer as ArrayBuffer).transfer(0)
}

const releasedBytesMin = 16_384
