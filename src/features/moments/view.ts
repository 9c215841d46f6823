// Moments, likes and comments as the wire shows them.
import { must } from '../../core/assert.ts'
import type { User } from '../../protocol/people.ts'
import type { Moment, MomentComment, MomentLike } from '../../protocol/moments.ts'
import type { CommentRow, LikeRow } from './responses.store.ts'
import { listKind } from './policy.ts'
import type { MomentRow } from './store.ts'

type Profiles = ReadonlyMap<number, User>

const person = (profiles: Profiles, id: number) => must(profiles.get(id), 'a row names a person')

export function momentView(row: MomentRow, profiles: Profiles): Moment {
  const user = person(profiles, row.user_id)
  return {
    id: row.id,
    user_id: user.user_id,
    content: row.content,
    images: JSON.stringify(row.images),
    image_list: row.images,
    location: row.location,
    visible: row.visible,
    like_count: row.like_count,
    comment_count: row.comment_count,
    liked_by_me: row.liked_by_me,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    user,
    ...listView(row),
  }
}

/** The author alone sees for whom it is. */
function listView({ list_kind: kind, listed }: MomentRow): Partial<Moment> {
  if (listed === null || kind === listKind.none) return {}
  return kind === listKind.allow ? { allow_list: listed } : { deny_list: listed }
}

export function likeView(row: LikeRow, profiles: Profiles): MomentLike {
  const user = person(profiles, row.user_id)
  return {
    id: row.id,
    moment_id: row.moment_id,
    user_id: user.user_id,
    created_at: row.created_at.toISOString(),
    user,
  }
}

export function commentView(row: CommentRow, profiles: Profiles): MomentComment {
  const user = person(profiles, row.user_id)
  return {
    id: row.id,
    moment_id: row.moment_id,
    user_id: user.user_id,
    reply_to_id: row.reply_id,
    content: row.content,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    user,
    ...replyView(row, profiles),
  }
}

function replyView(row: CommentRow, profiles: Profiles): Pick<MomentComment, 'reply_to'> {
  if (row.reply_id === null || row.reply_user_id === null) return {}
  const user = person(profiles, row.reply_user_id)
  return {
    reply_to: {
      id: row.reply_id,
      user_id: user.user_id,
      content: row.reply_content ?? '',
      created_at: row.reply_created_at?.toISOString() ?? '',
      user,
    },
  }
}

/** Everybody whom rows of comments name. */
export function peopleOf(rows: readonly CommentRow[]): number[] {
  return rows.flatMap((row) =>
    row.reply_user_id === null ? [row.user_id] : [row.user_id, row.reply_user_id],
  )
}
