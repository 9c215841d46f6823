// What somebody was to others: friends, requests and blocks, taken along and erased with the account.
import { closeSomeDirect } from '../conversations/pairs.ts'
import { inOrder, pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { deleteBlocks, pageBlocks } from './blocks.store.ts'
import { deleteRequests, expireSome, pageRequests } from './requests.store.ts'
import { deleteFriendships, pageFriends } from './store.ts'

const friends: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageFriends(sql, user, after, limit), limit, ({ friend, remark, created_at }) => ({
    friend_id: friend,
    remark,
    created_at,
  }))

/** Those made and those received, with what was written to them. */
const requests: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageRequests(sql, user, after, limit), limit, (row) => ({
    from_user_id: row.from_name,
    to_user_id: row.to_name,
    message: row.message,
    status: row.status,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }))

const blocks: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageBlocks(sql, user, after, limit), limit, ({ blocked, created_at }) => ({
    blocked_user_id: blocked,
    created_at,
  }))

export const custody: Custody<'friends' | 'friend_requests' | 'blocks'> = {
  /**
   * Two rows at least where they are the halves of a friendship. Requests go first, so that nobody
   * can accept one while the friendships are deleted; an acceptance under way is waited for by the
   * first of these statements and seen by the next.
   */
  erase: inOrder([deleteRequests, deleteFriendships, closeSomeDirect, deleteBlocks]),
  export: { friends: paged(friends), friend_requests: paged(requests), blocks: paged(blocks) },
  // Nobody waits for this: until it is done, every question counts them as expired already.
  expire: [{ what: 'friend requests', forget: expireSome }],
}
