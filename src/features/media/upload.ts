// Keep a file: see what it is, make room for it, let its bytes through to the storage.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import { newMediaKey } from '../../core/ids.ts'
import { peek, release, streamOf } from '../../core/streams.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import { imageTypes, kindOf } from '../../infra/media/kind.ts'
import type { Media } from '../../protocol/media.ts'
import type { OutputOf } from '../../protocol/operations.ts'
import { cleanFilename } from './filename.ts'
import { limits } from './limits.ts'
import { showMedia } from './links.ts'
import { settled } from './processing.ts'
import type { MediaRow } from './row.ts'
import { deleteUpload, finishUpload, insertUpload, lockUploads, readUsage } from './store.ts'

export interface Incoming {
  readonly filename: string
  /** What kind it is, says whoever sends it: of texts that is believed. */
  readonly said: string
  readonly body: ReadableStream<Uint8Array>
  /** It has at most so many bytes; null where nobody has said how many come. */
  readonly bytesMax: number | null
  readonly mustBeImage: boolean
}

/** Bytes pass through: what of a file is in memory at one time is a few pieces. */
export async function keep(ctx: Context, actor: Actor, incoming: Incoming): Promise<Media> {
  const { head, body } = await peek(incoming.body, limits.media.headBytes)
  try {
    if (head.length === 0) throw invalid('file', 'missing')
    const { mime, family } = await kindOf(head, head, incoming.said)
    if (incoming.mustBeImage && family !== 'image') {
      throw invalid('file', 'unknown_value', { allowed: imageTypes })
    }
    const key = newMediaKey()
    const named = { key, mime, filename: cleanFilename(incoming.filename) }
    const room = await ctx.transact((tx) =>
      reserve(tx, actor, { ...named, bytesMax: incoming.bytesMax }),
    )
    const row = await fill(ctx, { ...named, ...room, body }).catch(async (error) => {
      await ctx.storage.remove([key])
      await deleteUpload(ctx.sql, room.id)
      throw error
    })
    return showMedia(ctx, actor.id, await settled(ctx, row))
  } catch (error) {
    await body.cancel().catch(() => {})
    throw error
  }
}

interface Named {
  readonly key: string
  readonly mime: string
  readonly filename: string
}

interface Room {
  readonly id: number
  /** More than this is refused, for this reason. */
  readonly bytes: number
  readonly over: Failure
}

/** A step: uploads at the same time leave room for each other. */
export async function reserve(
  tx: Tx,
  actor: Actor,
  { bytesMax, ...named }: Named & Pick<Incoming, 'bytesMax'>,
): Promise<Room> {
  const { fileBytesMax, quotaBytes, dailyBytes } = tx.config.media
  await lockUploads(tx.sql, actor.id)
  const since = before(tx.now, limits.media.dayMs)
  const used = await readUsage(tx.sql, actor.id, since)
  const tooLarge = new Failure('tooLarge', { field: 'file', max: fileBytesMax })
  const full = new Failure('conflict', { field: 'media', max: quotaBytes })
  const wait = ((used.recent_at ?? tx.now).getTime() - since.getTime()) / 1000
  const later = new Failure('tooManyRequests', { retry_after: Math.max(1, Math.ceil(wait)) })
  const bounds = [
    { left: fileBytesMax, over: tooLarge },
    { left: quotaBytes - used.bytes, over: full },
    { left: dailyBytes - used.recent_bytes, over: later },
  ]
  const narrow = bounds.reduce((a, b) => (b.left < a.left ? b : a))
  const bytes = bytesMax ?? narrow.left
  if (bytes <= 0 || bytes > narrow.left) throw narrow.over
  const dueAt = after(tx.now, limits.media.unusedMs)
  const id = await insertUpload(tx.sql, { ...named, user: actor.id, bytes, now: tx.now, dueAt })
  return { id, bytes, over: narrow.over }
}

/** Lets the bytes through; answers the file that they are. */
export async function fill(
  ctx: Context,
  file: Room & { key: string; mime: string; body: ReadableStream<Uint8Array> },
): Promise<MediaRow> {
  const hasher = new Bun.CryptoHasher('sha256')
  async function* measured() {
    let bytes = 0
    for await (const piece of file.body) {
      bytes += piece.length
      if (bytes > file.bytes) throw file.over
      hasher.update(piece)
      yield piece
      release(piece)
    }
  }
  const bytes = await ctx.storage.put(file.key, streamOf(measured()), { mime: file.mime })
  const digest = hasher.digest()
  return ctx.transact(async (tx) => {
    const dueAt = after(tx.now, limits.media.unusedMs)
    const processAt = after(tx.now, limits.media.processing.firstMs)
    const row = await finishUpload(tx.sql, file.id, { bytes, digest, dueAt, processAt })
    if (!row) throw new Failure('notFound')
    tx.emit({ name: 'media.uploaded', media: row.id })
    return row
  })
}

export async function usage(ctx: Context, actor: Actor): Promise<OutputOf<'media.usage'>> {
  const { bytes, files } = await readUsage(ctx.sql, actor.id, ctx.clock.now())
  return { bytes, files, quota_bytes: ctx.config.media.quotaBytes }
}

const before = (moment: Date, ms: number) => new Date(moment.getTime() - ms)
const after = (moment: Date, ms: number) => new Date(moment.getTime() + ms)
