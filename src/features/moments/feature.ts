// Moments: what people show their friends, and what those say of it.
import type * as protocol from '../../protocol/moments.ts'
import type * as told from '../../protocol/moments.told.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { media } from '../media/feature.ts'
import { people } from '../people/feature.ts'
import { tellComment, tellLike } from './activity.ts'
import { custody } from './custody.ts'
import { create, remove } from './publish.ts'
import { get, mine, timeline, wall } from './reading.ts'
import { comment, comments, like, likes, removeComment, unlike } from './responses.ts'
import { quietReaders } from './state.ts'
import * as bounds from './limits.ts'

export const moments = feature<typeof protocol & typeof told & typeof bounds>({
  name: 'moments',
  uses: [media, people, friends],
  routes: {
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
  },
  reactions: { 'moment.liked': tellLike, 'moment.commented': tellComment },
  states: [quietReaders],
  custody,
  limits: bounds.limits,
  buckets: bounds.buckets,
})
