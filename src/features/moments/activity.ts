// A step for the reactions: whom a like or comment is told to, and in which words for whom.
import { limits } from '../../core/limits.ts'
import type { Sql } from '../../infra/db.ts'
import type { ServerData } from '../../protocol/frames.ts'
import { findProfiles } from '../accounts/people.ts'
import { findLike, findStoredComment, listListeners } from './activity.store.ts'
import { commentView, peopleOf } from './view.ts'

export interface Told {
  readonly users: readonly number[]
  readonly data: ServerData<'moment_activity'>
}

/** Nothing when it was taken back meanwhile. */
export async function likeActivity(sql: Sql, id: number): Promise<Told[]> {
  const row = await findLike(sql, id)
  if (!row) return []
  const listeners = await listListeners(sql, row, null, limits.moments.listenersMax)
  const user = (await findProfiles(sql, [row.user_id])).get(row.user_id)
  if (!user) return []
  const users = listeners.map((each) => each.id)
  return [{ users, data: { moment_id: row.moment_id, kind: 'like', user } }]
}

/** The comment it answers is shown only to those who may see that one too. */
export async function commentActivity(sql: Sql, id: number): Promise<Told[]> {
  const row = await findStoredComment(sql, id)
  if (!row) return []
  const listeners = await listListeners(sql, row, row.reply_user_id, limits.moments.listenersMax)
  const profiles = await findProfiles(sql, peopleOf([row]))
  const told = (users: readonly number[], shown: typeof row): Told => {
    const comment = commentView(shown, profiles)
    const { moment_id, user } = comment
    return { users, data: { moment_id, kind: 'comment', user, comment } }
  }
  const [whole = [], alone = []] = [true, false].map((sees) =>
    listeners.filter((each) => each.sees_reply === sees).map((each) => each.id),
  )
  return [told(whole, row), told(alone, { ...row, reply_id: null })].filter(
    (each) => each.users.length > 0,
  )
}
