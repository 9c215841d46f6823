// Uploads in several requests: begun, gone on with from where they are, ended. What comes of a request
// is kept in pieces, each whole or not at all; when all is there they become one file.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { newMediaKey } from '../../core/ids.ts'
import { peek, release, streamOf } from '../../core/streams.ts'
import type { Context } from '../../context.ts'
import { calledText, kindOf, unknownMime } from '../../infra/media/kind.ts'
import { cleanFilename } from './filename.ts'
import { intake } from './intake.ts'
import { limits } from './limits.ts'
import { settled } from './processing.ts'
import {
  deletePieces,
  findResumed,
  insertPieces,
  listPieces,
  updateMime,
  type Piece,
  type ResumedRow,
} from './resume.store.ts'
import { deleteUpload } from './store.ts'
import { fill, reserve } from './upload.ts'

export interface Progress {
  readonly id: number
  readonly size: number
  readonly length: number
  readonly expiresAt: Date
  readonly isFinished: boolean
}

const progressOf = (row: ResumedRow): Progress => ({
  id: row.id,
  size: row.size,
  length: row.bytes,
  expiresAt: row.due_at,
  isFinished: row.state !== 'uploading',
})

/** Room for all of it is kept from here on. */
export async function begin(
  ctx: Context,
  actor: Actor,
  { filename, said, length }: { filename: string; said: string; length: number },
): Promise<Progress> {
  // What it is said to be stands there until its first bytes say what it is.
  const mime = calledText(said)
  const named = { key: newMediaKey(), mime, filename: cleanFilename(filename) }
  const { id } = await ctx.transact((tx) => reserve(tx, actor, { ...named, bytesMax: length }))
  return progressOf(await requireResumed(ctx, actor, id))
}

export async function progress(ctx: Context, actor: Actor, id: number): Promise<Progress> {
  return progressOf(await requireResumed(ctx, actor, id))
}

async function requireResumed(ctx: Context, actor: Actor, id: number): Promise<ResumedRow> {
  const row = await findResumed(ctx.sql, actor.id, id, ctx.clock.now())
  if (!row) throw new Failure('notFound')
  return row
}

export interface Continued {
  readonly start: number
  readonly body: ReadableStream<Uint8Array>
  /** All of it has to be what this says, or nothing of it is kept. */
  readonly digest: { readonly algorithm: 'sha1' | 'sha256'; readonly value: Buffer } | null
}

/** `mismatch` where the bytes are not those that were announced. */
export async function proceed(
  ctx: Context,
  actor: Actor,
  id: number,
  continued: Continued,
): Promise<Progress | 'mismatch'> {
  const row = await requireResumed(ctx, actor, id)
  if (row.state !== 'uploading' || row.size !== continued.start) {
    await continued.body.cancel().catch(() => {})
    if (row.state !== 'uploading' && row.bytes === continued.start) return progressOf(row)
    throw new Failure('conflict', { field: 'upload-offset' })
  }
  if (!(await take(ctx, row, continued))) return 'mismatch'
  const now = await requireResumed(ctx, actor, id)
  if (now.size === now.bytes && now.state === 'uploading') await finish(ctx, now)
  return progress(ctx, actor, id)
}

/**
 * Piece by piece; a line that breaks leaves what had come. With a digest they count once all of them are
 * there and right.
 */
async function take(ctx: Context, row: ResumedRow, { start, body, digest }: Continued) {
  const source = new Source(body, row.bytes - start)
  const hasher = digest && new Bun.CryptoHasher(digest.algorithm)
  const waiting: Piece[] = []
  let at = start
  const drop = () => ctx.storage.remove(waiting.map(({ key }) => key))
  try {
    while (!(await source.isOver())) {
      const key = newMediaKey()
      const bytes = await ctx.storage.put(key, source.next(hasher), { mime: unknownMime })
      waiting.push({ start: at, bytes, key })
      at += bytes
      if (!digest) await count(ctx, row.id, waiting)
    }
    if (source.error && digest) throw source.error
    if (digest && hasher?.digest().compare(digest.value) !== 0) {
      await drop()
      return false
    }
    await count(ctx, row.id, waiting)
    return true
  } catch (error) {
    await source.cancel()
    await drop()
    throw error
  }
}

/** Somebody else may have gone on from the same place: then theirs count. */
async function count(ctx: Context, media: number, pieces: Piece[]): Promise<void> {
  if (pieces.length === 0) return
  if (!(await insertPieces(ctx.sql, media, pieces))) {
    throw new Failure('conflict', { field: 'upload-offset' })
  }
  pieces.length = 0
}

/** A body cut into pieces. One that breaks off has ended there; one that is too long is refused. */
class Source {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #rest: Uint8Array | null = null
  #left: number
  error: unknown = null

  constructor(body: ReadableStream<Uint8Array>, left: number) {
    this.#reader = body.getReader()
    this.#left = left
  }

  async isOver(): Promise<boolean> {
    this.#rest ??= await this.#read()
    return this.#rest === null
  }

  next(hasher: Bun.CryptoHasher | null): ReadableStream<Uint8Array> {
    return streamOf(this.#piece(hasher))
  }

  async *#piece(hasher: Bun.CryptoHasher | null) {
    for (let bytes = 0; bytes < limits.media.pieceBytes && !(await this.isOver());) {
      const part = this.#rest as Uint8Array
      this.#rest = null
      bytes += part.length
      hasher?.update(part)
      yield part
      release(part)
    }
  }

  async #read(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#reader.read()
      if (done) return null
      if (value.length <= this.#left) {
        this.#left -= value.length
        return value
      }
    } catch (error) {
      this.error = error
      return null
    }
    throw new Failure('tooLarge', { field: 'upload-length' })
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {})
  }
}

async function finish(ctx: Context, row: ResumedRow): Promise<void> {
  const pieces = await listPieces(ctx.sql, row.id)
  async function* all() {
    for (const { key } of pieces) {
      const found = await ctx.storage.get(key)
      if (!found) throw new Error('a piece that was kept is gone')
      yield* found.body
    }
  }
  const { head, body } = await peek(streamOf(ctx.of(intake).read(all)), limits.media.headBytes)
  const { mime } = await kindOf(head, head, row.mime)
  await updateMime(ctx.sql, row.id, mime)
  const over = new Failure('tooLarge', { field: 'upload-length' })
  const file = await fill(ctx, { id: row.id, key: row.key, bytes: row.bytes, mime, body, over })
  await ctx.storage.remove(pieces.map(({ key }) => key))
  await deletePieces(ctx.sql, row.id)
  await settled(ctx, file)
}

/** Nothing is left of it; a finished one is a file, and stays. */
export async function terminate(ctx: Context, actor: Actor, id: number): Promise<void> {
  const row = await requireResumed(ctx, actor, id)
  if (row.state !== 'uploading') throw new Failure('notAllowed')
  const pieces = await listPieces(ctx.sql, id)
  await ctx.storage.remove([row.key, ...pieces.map(({ key }) => key)])
  await deleteUpload(ctx.sql, id)
}
