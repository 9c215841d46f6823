// Files are used: in messages, in moments, as avatars. One's own alone, but for what is passed on; of
// others' files and of none it is said alike that there is no such thing.
import type { BaseContext } from '../../context.ts'
import { Failure } from '../../core/failure.ts'
import type { Tx } from '../../infra/db.ts'
import { limits } from './limits.ts'
import {
  holdOwn,
  insertGroupUse,
  insertMessageUses,
  insertMomentUses,
  type MessageName,
} from './store.ts'

const unknown = () => new Failure('notFound', { field: 'media_id' })

/** From now on nobody collects it before what uses it can be seen. */
const dueAt = (now: Date) => new Date(now.getTime() + limits.media.unusedMs)

/** Before the message is handed to the writer, which knows nothing of files. */
export async function useInMessage(
  ctx: BaseContext,
  message: MessageName,
  ids: readonly number[],
  isOwn: boolean,
): Promise<void> {
  const uses = { isOwn, dueAt: dueAt(ctx.clock.now()) }
  const isThere = await insertMessageUses(ctx.sql, message, ids, uses)
  // What is passed on may have lost a file: its words stay what they were.
  if (!isThere && isOwn) throw unknown()
}

/** A step. */
export async function useInMoment(
  tx: Tx,
  author: number,
  moment: number,
  images: readonly number[],
): Promise<void> {
  const ids = [...new Set(images)]
  if (ids.length === 0) return
  await requireOwn(tx, author, ids)
  await insertMomentUses(tx.sql, moment, ids)
}

/** A step. */
export async function useInGroup(
  tx: Tx,
  admin: number,
  group: number,
  id: number | undefined,
): Promise<void> {
  if (id === undefined) return
  await requireOwn(tx, admin, [id])
  await insertGroupUse(tx.sql, group, id)
}

/** A step. */
export async function requireOwn(tx: Tx, owner: number, ids: readonly number[]): Promise<void> {
  if (!(await holdOwn(tx.sql, owner, ids, dueAt(tx.now)))) throw unknown()
}
