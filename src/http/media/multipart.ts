// The file in a form (RFC 7578), handed on as it comes: nothing of it is kept here.
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import { Failure, invalid } from '../../core/failure.ts'
import { streamOf } from '../../core/streams.ts'
import { visitOf } from '../visit.ts'

export interface FilePart {
  readonly filename: string
  /** The type that it is said to be of. */
  readonly said: string
  readonly body: ReadableStream<Uint8Array>
}

/** A form says little besides its file: what is longer than this is no form of ours. */
const bounds = {
  files: 1,
  fields: 16,
  parts: 17,
  fieldNameSize: 100,
  fieldSize: 4_096,
  headerPairs: 32,
}

/** What the fields and boundaries around a file take at most. */
export const formBytesMax = 128 * 1024

/**
 * Gives the part `file` to whoever wants it and answers what they do. They read, and the form is read no
 * faster; they refuse, and nothing more is read of it.
 */
export async function withFile<T>(
  request: Request,
  pieces: AsyncIterable<Uint8Array>,
  take: (part: FilePart) => Promise<T>,
): Promise<T> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*;/i.test(type) || !request.body) {
    throw new Failure('badRequest', { field: 'content-type', expected: 'multipart/form-data' })
  }
  const parser = parserOf(type)
  const taken = Promise.withResolvers<T>()
  let file: BusboyFileStream | undefined
  parser.on('file', (field, stream, filename, _encoding, said) => {
    if (field !== 'file' || file) return void stream.resume()
    file = stream
    // Whoever reads is told; an emitter that nobody listens to would throw it at the process.
    stream.on('error', () => {})
    const body = streamOf(partsOf(stream))
    take({ filename: filename ?? '', said, body }).then(taken.resolve, taken.reject)
  })
  parser.on('error', (error) => {
    const broken = new Failure(
      'badRequest',
      { field: 'body', expected: 'multipart/form-data' },
      error,
    )
    file?.destroy(broken)
    taken.reject(broken)
  })
  parser.on('finish', () => {
    if (!file) taken.reject(invalid('file', 'missing'))
  })
  feed(pieces, parser, taken.promise).catch((error) => {
    visitOf(request).brokenOff = true
    const broken = new Failure('badRequest', { field: 'body' }, error)
    file?.destroy(broken)
    taken.reject(broken)
  })
  return taken.promise
}

function parserOf(type: string): BusboyInstance {
  try {
    return Busboy({ headers: { 'content-type': type }, limits: bounds })
  } catch (error) {
    throw new Failure(
      'badRequest',
      { field: 'content-type', expected: 'multipart/form-data' },
      error,
    )
  }
}

/** Until all is read, or nobody wants the rest. */
async function feed(
  pieces: AsyncIterable<Uint8Array>,
  parser: BusboyInstance,
  taken: Promise<unknown>,
): Promise<void> {
  let isOver = false
  const over = taken.catch(() => {}).then(() => void (isOver = true))
  for await (const piece of pieces) {
    if (isOver) break
    if (parser.write(piece)) continue
    const { promise: drained, resolve } = Promise.withResolvers<void>()
    parser.once('drain', resolve)
    await Promise.race([drained, over])
  }
  if (!isOver) parser.end()
}

async function* partsOf(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) yield piece as Uint8Array
}
