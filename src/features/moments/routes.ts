// REST routes of moments.
import type { Routes } from '../routes.ts'
import { create, remove } from './publish.ts'
import { get, mine, timeline, wall } from './reading.ts'
import { comment, comments, like, likes, removeComment, unlike } from './responses.ts'

export const momentRoutes: Routes<'moments'> = {
  'moments.create': create,
  'moments.mine': mine,
  'moments.timeline': timeline,
  'moments.wall': wall,
  'moments.get': get,
  'moments.remove': remove,
  'moments.like': like,
  'moments.unlike': unlike,
  'moments.likes': likes,
  'moments.comment': comment,
  'moments.comments': comments,
  'moments.removeComment': removeComment,
}
