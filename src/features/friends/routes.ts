// REST routes of friends.
import type { Routes } from '../routes.ts'
import { block, blockedList, unblock } from './blocks.ts'
import { list, remove, updateRemark } from './contacts.ts'
import { deleteMe } from './departure.ts'
import {
  acceptRequest,
  receivedRequests,
  rejectRequest,
  sendRequest,
  sentRequests,
  withdrawRequest,
} from './requests.ts'
import { card, search } from './search.ts'

export const friendRoutes: Routes<'friends'> & Pick<Routes<'accounts'>, 'accounts.deleteMe'> = {
  'accounts.deleteMe': deleteMe,
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
}
