// Bytes that differ everywhere, streams of them, and what came out of a stream.

/** The same for the same seed; no two places look alike, so that a wrong range is seen. */
export function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4))
  for (let at = 0, word = seed; at < words.length; at++) {
    word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0
    words[at] = word ^ (word >>> 15)
  }
  return new Uint8Array(words.buffer, 0, length)
}

/** In pieces, each only when it is asked for; `fails` breaks off after so many bytes. */
export function streamOf(
  bytes: Uint8Array,
  { piece = 65_521, fails = Infinity, onPiece = (_given: number) => {} } = {},
): ReadableStream<Uint8Array> {
  let given = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (given >= fails) return controller.error(new Error('the sender went away'))
        if (given >= bytes.length) return controller.close()
        const next = bytes.slice(given, given + piece)
        given += next.length
        onPiece(given)
        controller.enqueue(next)
      },
    },
    { highWaterMark: 0 },
  )
}

export async function bytesIn(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
