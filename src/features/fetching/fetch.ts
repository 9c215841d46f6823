// Who may fetch a file: whoever keeps it, and whoever sees something that it is used in. To everybody else
// there is no such file.
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { mediaPath } from '../../protocol/paths.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { limits } from '../media/limits.ts'
import { isSigned, linkFor, showMedia, type Link } from '../media/links.ts'
import type { MediaRow } from '../media/row.ts'
import { findProfiles } from '../people/people.ts'
import { findMedia } from './store.ts'

export async function get(
  ctx: Context,
  actor: Actor,
  { media_id: id }: InputOf<'media.get'>,
): Promise<OutputOf<'media.get'>> {
  return showMedia(ctx, actor.id, await requireMedia(ctx, actor.id, id))
}

export async function link(
  ctx: Context,
  actor: Actor,
  { media_id: id }: InputOf<'media.link'>,
): Promise<OutputOf<'media.link'>> {
  requireReady(await requireMedia(ctx, actor.id, id))
  return linkFor(ctx, id, actor.id)
}

/** What a link leads to. A wrong one, an old one and one whose viewer may no more lead nowhere alike. */
export async function follow(ctx: Context, asked: Link, signature: string): Promise<MediaRow> {
  if (!isSigned(ctx, asked, signature)) throw new Failure('notFound')
  return requireReady(await requireMedia(ctx, asked.viewer, asked.media))
}

/**
 * Nobody gets a byte of what was not processed yet, not even its owner: what a camera wrote into it would go
 * out with it. They come again.
 */
function requireReady(row: MediaRow): MediaRow {
  if (row.state === 'ready') return row
  if (row.state !== 'processing') throw new Failure('notFound')
  throw new Failure('conflict', { field: 'media_id', retry_after: limits.media.againSeconds })
}

async function requireMedia(ctx: Context, viewer: number, id: number): Promise<MediaRow> {
  const row = await findMedia(ctx.sql, viewer, id)
  if (!row) throw new Failure('notFound')
  if (!row.may_fetch && !(await isAvatar(ctx, viewer, row))) throw new Failure('notFound')
  return row
}

/** Of its owner, as the viewer sees them: whom they have blocked sees none. */
async function isAvatar(ctx: Context, viewer: number, row: { id: number; user_id: number }) {
  const profiles = await findProfiles(ctx.sql, viewer, [row.user_id])
  return profiles.get(row.user_id)?.avatar === mediaPath(row.id)
}
