// A copy of everything somebody has here: asked for, built by a worker, fetched once by a link.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import { newToken } from '../../core/ids.ts'
import { limits } from './limits.ts'
import { digest } from '../../core/seal.ts'
import type { BaseContext, Context } from '../../context.ts'
import { violates, type Sql } from '../../infra/db.ts'
import type { OutputOf } from '../../protocol/operations.ts'
import {
  claimBuild,
  endBuilds,
  findBuilding,
  findChunk,
  insertChunk,
  insertExport,
  markReady,
  useExport,
  type Build,
} from './exports.store.ts'
import { notice } from '../mails/notices.ts'
import { findUser } from '../people/accounts.ts'

export type { Build } from './exports.store.ts'

/** The link goes by mail: to an address nobody has proved, it would go to a stranger. */
export async function requestExport(
  ctx: Context,
  actor: Actor,
): Promise<OutputOf<'accounts.export'>> {
  if (!ctx.config.smtp) throw new Failure('mailUnavailable')
  const user = must(await findUser(ctx.sql, actor.id), 'an actor has an account')
  if (!user.email_verified_at) throw new Failure('notAllowed', { field: 'email' })
  try {
    await ctx.transact(async (tx) => {
      const id = await insertExport(tx.sql, actor.id, tx.now)
      tx.emit({ name: 'export.requested', export: id })
    })
  } catch (error) {
    if (violates(error, 'exports_building_key')) throw new Failure('conflict')
    throw error
  }
  return { message: 'export started' }
}

/** For the worker: nothing when it is built already or its account is gone. */
export function beginExport(sql: Sql, id: number): Promise<Build | undefined> {
  return claimBuild(sql, id)
}

export function keepChunk(sql: Sql, build: Build, n: number, bytes: Uint8Array): Promise<void> {
  return insertChunk(sql, build, n, bytes)
}

/** What would fail each time is not begun again by the sweeper; its pieces may go. */
export function abandonExport(sql: Sql, build: Build): Promise<void> {
  return endBuilds(sql, build, limits.export.buildsMax)
}

/** The link is known from here on to its owner alone: what is stored is its digest. */
export async function finishExport(ctx: BaseContext, build: Build): Promise<void> {
  const token = newToken()
  await ctx.transact(async (tx) => {
    const { now } = tx
    const expiresAt = new Date(now.getTime() + limits.export.linkMs)
    if (!(await markReady(tx.sql, build, { hash: digest(token), now, expiresAt }))) return
    const user = must(await findUser(tx.sql, build.user), 'an export has an account')
    const words = { url: linkOf(ctx, token), until: expiresAt.toISOString() }
    notice(tx, user, 'exportReady', { nickname: user.nickname, ...words })
  })
}

function linkOf({ config }: BaseContext, token: string): string {
  const base = config.publicUrl || `http://localhost:${config.port}`
  return `${base.replace(/(?<!\/)\/+$/, '')}/api/v1/exports/${token}`
}

/** The ZIP, piece by piece, and whose it is. Used, expired and unknown links are one and the same. */
export async function fetchExport(
  { sql, clock }: Context,
  token: string,
): Promise<{ user: number; zip: AsyncGenerator<Uint8Array> }> {
  const found = await useExport(sql, digest(token), clock.now())
  if (!found) throw new Failure('notFound')
  async function* pieces({ export: id, build }: Build) {
    for (let n = 0; ; n++) {
      const bytes = await findChunk(sql, id, build, n)
      if (!bytes) return
      yield new Uint8Array(bytes)
    }
  }
  return { user: found.user, zip: pieces(found) }
}

/** For the sweeper: exports whose job may have been lost. */
export function unfinishedExports(sql: Sql, now: Date): Promise<number[]> {
  const { buildMs, buildsMax, sweepRows } = limits.export
  const since = new Date(now.getTime() - buildMs)
  return findBuilding(sql, { since, buildsMax, limit: sweepRows })
}
