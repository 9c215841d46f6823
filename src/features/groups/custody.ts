// The groups somebody is in: taken along, and left for good.
import { inOrder, pageOf, paged, type Custody } from '../custody.ts'
import {
  deleteBansOf,
  deleteInvitationsOf,
  deleteReadsOf,
  deleteRequestsOf,
  expireInvitations,
  expireRequests,
  leaveGroups,
  pageGroups,
  type TakenGroup,
} from './custody.store.ts'

const takenView = ({ id: conversation_id, joined_at, left_at, ...row }: TakenGroup) => ({
  conversation_id,
  ...row,
  joined_at: joined_at.toISOString(),
  left_at: left_at?.toISOString() ?? null,
})

export const custody: Custody<'groups'> = {
  // What they said stays: it belongs to those they said it to, too.
  erase: inOrder([leaveGroups, deleteRequestsOf, deleteInvitationsOf, deleteReadsOf, deleteBansOf]),
  export: {
    groups: paged(async (sql, user, after, limit) =>
      pageOf(await pageGroups(sql, user, after, limit), limit, takenView),
    ),
  },
  expire: [
    {
      what: 'requests to join a group',
      forget: (sql, _now, rows) => expireRequests(sql, rows),
    },
    {
      what: 'invitations to a group',
      forget: (sql, _now, rows) => expireInvitations(sql, rows),
    },
  ],
}
