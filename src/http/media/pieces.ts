// The body of an upload in small pieces, read no faster than somebody takes them.
import { Readable } from 'node:stream'

const pieceBytes = 65_536

/**
 * By Node's reader: Bun's own hands on all that has come, up to 1.5 MiB at once, and reads as much again
 * ahead of whoever is slow.
 */
export async function* piecesOf(request: Request): AsyncGenerator<Uint8Array, undefined> {
  if (!request.body) return undefined
  const source = Readable.fromWeb(request.body as never, { highWaterMark: pieceBytes })
  for await (const piece of source) yield piece as Uint8Array
  return undefined
}
