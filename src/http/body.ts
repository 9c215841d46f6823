// The body of a request as text: bounded, UTF-8 and nothing else, and whole.
import { Failure } from '../core/failure.ts'
import { limits } from './limits.ts'
import { visitOf } from './visit.ts'

/** Strict: what is no UTF-8 would become U+FFFD, and be stored and answered as a success. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Whatever `charset` claims: JSON between systems is UTF-8 (RFC 8259 section 8.1). */
export async function readText(request: Request): Promise<string> {
  const bytes = await readBytes(request)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Failure('badRequest', { field: 'body', reason: 'encoding' })
  }
}

/** Refused before it is read when it says that it is too large, else at the bound. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const said = request.headers.get('content-length')
  if (Number(said ?? 0) > limits.bodyBytesMax) throw new Failure('tooLarge')
  try {
    // A length that was said is kept, or the connection is broken off.
    return said === null ? await readPieces(request) : await request.bytes()
  } catch (error) {
    if (error instanceof Failure) throw error
    // Whatever went wrong on the line, it was no fault of ours and nobody waits for an answer.
    visitOf(request).brokenOff = true
    throw new Failure('badRequest', { field: 'body' }, error)
  }
}

async function readPieces(request: Request): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of request.body ?? []) {
    bytes += piece.byteLength
    if (bytes > limits.bodyBytesMax) throw new Failure('tooLarge')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/**
 * Refuses an address whose escapes stand for no UTF-8: Elysia would make U+FFFD of them or leave
 * them as they are, and the board of queues would call it our fault. Of bytes that came without an
 * escape Bun has made U+FFFD already.
 */
export function checkEscapes(url: string): void {
  if (!url.includes('%')) return
  try {
    if (!decodeURIComponent(url).includes('\ufffd')) return
  } catch {
    // Said below.
  }
  throw new Failure('badRequest', { field: 'url', reason: 'encoding' })
}
