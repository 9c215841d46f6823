// REST routes of friends.
import type { Routes } from '../routes.ts'
import { list, remove } from './contacts.ts'
import { deleteMe } from './departure.ts'
import {
  acceptRequest,
  receivedRequests,
  rejectRequest,
  sendRequest,
  sentRequests,
} from './requests.ts'

export const friendRoutes: Routes<'friends'> & Pick<Routes<'accounts'>, 'accounts.deleteMe'> = {
  'accounts.deleteMe': deleteMe,
  'friends.sendRequest': sendRequest,
  'friends.acceptRequest': acceptRequest,
  'friends.rejectRequest': rejectRequest,
  'friends.list': list,
  'friends.remove': remove,
  'friends.receivedRequests': receivedRequests,
  'friends.sentRequests': sentRequests,
}
