// What an upload is read from, a chunk at a time.
import { CurlewError } from './error.ts'

/** What can be read from any place; a `File` and a `Blob` can. */
export interface ByteSource {
  readonly size: number
  readonly name?: string
  readonly type?: string
  /** Unix milliseconds. */
  readonly lastModified?: number
  slice(start: number, end: number): Bytes | Promise<Bytes>
}

type Bytes = Blob | Uint8Array

/** A `File` of a page or of Bun, `fs.openAsBlob` of Node, bytes in memory, or whatever can be read so. */
export type UploadSource = Bytes | ByteSource

export interface Source {
  readonly size: number
  readonly name: string
  readonly type: string
  /** What it is known by after a reload. */
  readonly key: string | undefined
  slice(start: number, end: number): Bytes | Promise<Bytes>
}

export function sizedSource(given: UploadSource, filename?: string): Source {
  const source: ByteSource = given instanceof Uint8Array ? new Blob([given as BlobPart]) : given
  const { size, lastModified, type = '' } = source
  const name = filename ?? source.name?.split(/[/\\]/).at(-1) ?? 'file'
  // Bytes without a time may be any others of the same length.
  const key = lastModified === undefined ? undefined : [name, size, type, lastModified].join('/')
  return { size, name, type, key, slice: (start, end) => source.slice(start, end) }
}

export async function readBytes(
  source: Source,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let cause: unknown
  try {
    const part = await source.slice(start, end)
    const bytes = part instanceof Uint8Array ? part : new Uint8Array(await part.arrayBuffer())
    if (bytes.length === end - start) return bytes as Uint8Array<ArrayBuffer>
  } catch (error) {
    cause = error
  }
  // Deleted, changed or locked since it was chosen.
  throw new CurlewError({ reason: 'file', msg: 'The file can no longer be read.', cause })
}
