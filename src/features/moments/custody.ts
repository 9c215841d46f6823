// What somebody posted, liked and commented: taken along and erased with their account.
import { pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { eraseLeavings, listOwnComments, listOwnLikes, listOwnMoments } from './custody.store.ts'
import { listKind } from './policy.ts'

const moments: ReadPage = async (sql, user, after, limit) =>
  pageOf(
    await listOwnMoments(sql, user, after, limit),
    limit,
    ({ list_kind: kind, listed, ...row }) => ({
      ...row,
      ...(kind === listKind.allow ? { allow_list: listed } : {}),
      ...(kind === listKind.deny ? { deny_list: listed } : {}),
    }),
  )

const likes: ReadPage = async (sql, user, after, limit) =>
  pageOf(await listOwnLikes(sql, user, after, limit), limit, (row) => row)

const comments: ReadPage = async (sql, user, after, limit) =>
  pageOf(await listOwnComments(sql, user, after, limit), limit, (row) => row)

export const custody: Custody<'moments' | 'moment_likes' | 'moment_comments'> = {
  erase: eraseLeavings,
  export: { moments: paged(moments), moment_likes: paged(likes), moment_comments: paged(comments) },
  expire: [],
}
