// Friends: asking, accepting, parting, blocking, and finding people.
import type * as protocol from '../../protocol/friends.ts'
import type * as told from '../../protocol/friends.told.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { people } from '../people/feature.ts'
import { settings } from '../settings/feature.ts'
import { block, blockedList, unblock } from './blocks.ts'
import { list, remove, updateRemark } from './contacts.ts'
import { custody } from './custody.ts'
import {
  tellAccepted,
  tellBlock,
  tellClosed,
  tellProfile,
  tellRemoved,
  tellRequested,
  tellSet,
  tellSettings,
} from './reactions.ts'
import {
  acceptRequest,
  receivedRequests,
  rejectRequest,
  sendRequest,
  sentRequests,
  withdrawRequest,
} from './requests.ts'
import { card, search } from './search.ts'
import * as bounds from './limits.ts'

export const friends = feature<typeof protocol & typeof told & typeof bounds>({
  name: 'friends',
  uses: [people, settings, conversations],
  routes: {
    'friends.sendRequest': sendRequest,
    'friends.acceptRequest': acceptRequest,
    'friends.rejectRequest': rejectRequest,
    'friends.withdrawRequest': withdrawRequest,
    'friends.list': list,
    'friends.remove': remove,
    'friends.updateRemark': updateRemark,
    'friends.receivedRequests': receivedRequests,
    'friends.sentRequests': sentRequests,
    'friends.search': search,
    'friends.card': card,
    'friends.block': block,
    'friends.unblock': unblock,
    'friends.blockedList': blockedList,
  },
  reactions: {
    'friend.requested': tellRequested,
    'friend.accepted': tellAccepted,
    'friend.removed': tellRemoved,
    'friend.closed': tellClosed,
    'friend.set': tellSet,
    'block.changed': tellBlock,
    'profile.changed': tellProfile,
    'settings.changed': tellSettings,
  },
  custody,
  limits: bounds.limits,
  buckets: bounds.buckets,
})
