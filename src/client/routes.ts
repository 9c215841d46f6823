// Where each operation is reached: a light copy of the operations map, without its schemas.
//
// The map itself brings TypeBox and every schema into a browser, several times the size of the
// SDK. This copy cannot drift: the type of each line is computed from the map, so a missing,
// surplus or wrong line does not compile (and tests/client/routes.test.ts prints the right ones).
import type { OperationName, Operations } from '../protocol/operations.ts'

type Route<O> = O extends { method: infer M extends string; path: infer P extends string }
  ? `${M} ${P}${O extends { open: true } ? ' open' : ''}`
  : never

type Must<None extends never> = None

/** Input that is not in the path goes into the query of a GET and into the body of the others. */
export type Misplaced = Must<
  {
    [N in OperationName]: Operations[N] extends { method: 'GET'; body: object }
      ? N
      : Operations[N] extends { method: 'POST' | 'PUT' | 'DELETE'; query: object }
        ? N
        : never
  }[OperationName]
>

export const routes = {
  'accounts.ping': 'GET /ping open',
  'accounts.sendCode': 'POST /users/send-code open',
  'accounts.verifyCode': 'POST /users/verify-code open',
  'accounts.register': 'POST /users/register open',
  'accounts.login': 'POST /users/login open',
  'accounts.registerWithPassword': 'POST /users/register-pwd open',
  'accounts.loginWithPassword': 'POST /users/login-pwd open',
  'accounts.refresh': 'POST /users/refresh open',
  'accounts.resetPassword': 'POST /users/reset-password open',
  'accounts.setPassword': 'POST /users/set-password',
  'accounts.logout': 'POST /users/logout',
  'accounts.me': 'GET /users/me',
  'accounts.updateMe': 'PUT /users/me',
  'accounts.deleteMe': 'DELETE /users/me',
  'accounts.export': 'POST /users/me/export',
  'accounts.sessions': 'GET /users/sessions',
  'accounts.endSession': 'DELETE /users/sessions/{id}',
  'friends.sendRequest': 'POST /friends/send-request',
  'friends.acceptRequest': 'POST /friends/accept-request',
  'friends.rejectRequest': 'POST /friends/reject-request',
  'friends.withdrawRequest': 'POST /friends/withdraw-request',
  'friends.list': 'GET /friends/list',
  'friends.remove': 'DELETE /friends/{friend_id}',
  'friends.updateRemark': 'PUT /friends/update-remark',
  'friends.receivedRequests': 'GET /friends/received-requests',
  'friends.sentRequests': 'GET /friends/sent-requests',
  'friends.search': 'GET /friends/search',
  'friends.card': 'GET /users/{user_id}',
  'friends.block': 'POST /users/block',
  'friends.unblock': 'DELETE /users/block/{user_id}',
  'friends.blockedList': 'GET /users/blocked-list',
  'conversations.list': 'GET /messages/conversations',
  'conversations.create': 'POST /messages/conversations/create',
  'conversations.read': 'PUT /messages/conversations/{id}/read',
  'messages.send': 'POST /messages/send',
  'messages.recall': 'PUT /messages/{id}/recall',
  'messages.typing': 'POST /messages/typing',
  'messages.unreadCount': 'GET /messages/unread-count',
  'messages.history': 'GET /messages/conversations/{id}/messages',
  'messages.ticket': 'POST /messages/ws-ticket',
  'groups.create': 'POST /groups/create',
  'groups.mine': 'GET /groups/my-list',
  'groups.search': 'GET /groups/search',
  'groups.get': 'GET /groups/{group_id}',
  'groups.update': 'PUT /groups/{group_id}',
  'groups.dissolve': 'DELETE /groups/{group_id}',
  'groups.join': 'POST /groups/join',
  'groups.requests': 'GET /groups/{group_id}/requests',
  'groups.acceptRequest': 'POST /groups/requests/{id}/accept',
  'groups.rejectRequest': 'POST /groups/requests/{id}/reject',
  'groups.leave': 'POST /groups/{group_id}/leave',
  'groups.kick': 'POST /groups/{group_id}/kick',
  'groups.setRole': 'POST /groups/{group_id}/set-role',
  'groups.mute': 'POST /groups/{group_id}/mute',
  'groups.transfer': 'POST /groups/{group_id}/transfer',
  'groups.members': 'GET /groups/{group_id}/members',
  'groups.invite': 'POST /groups/{group_id}/invite',
  'groups.acceptInvitation': 'POST /groups/invitations/{id}/accept',
  'groups.rejectInvitation': 'POST /groups/invitations/{id}/reject',
  'groups.receivedInvitations': 'GET /groups/invitations/received',
  'groups.createLink': 'POST /groups/{group_id}/invite-links',
  'groups.links': 'GET /groups/{group_id}/invite-links',
  'groups.revokeLink': 'DELETE /groups/{group_id}/invite-links/{link_id}',
  'groups.joinByLink': 'POST /groups/join-link',
  'groups.ban': 'POST /groups/{group_id}/ban',
  'groups.unban': 'DELETE /groups/{group_id}/ban/{user_id}',
  'groups.bans': 'GET /groups/{group_id}/bans',
  'groups.announce': 'POST /groups/{group_id}/announcements',
  'groups.announcements': 'GET /groups/{group_id}/announcements',
  'groups.changeAnnouncement': 'PUT /groups/announcements/{id}',
  'groups.removeAnnouncement': 'DELETE /groups/announcements/{id}',
  'groups.readAnnouncement': 'PUT /groups/announcements/{id}/read',
  'groups.announcementReaders': 'GET /groups/announcements/{id}/readers',
  'groups.pin': 'POST /groups/{group_id}/messages/{id}/pin',
  'groups.unpin': 'DELETE /groups/{group_id}/messages/{id}/pin',
  'groups.pinned': 'GET /groups/{group_id}/pinned-messages',
  'groups.rename': 'PUT /groups/{group_id}/nickname',
  'groups.send': 'POST /groups/messages/send',
  'groups.history': 'GET /groups/{group_id}/messages',
  'groups.recall': 'PUT /groups/messages/{id}/recall',
  'groups.read': 'PUT /groups/{group_id}/messages/read',
  'groups.unreadCount': 'GET /groups/{group_id}/unread-count',
  'groups.unreadCounts': 'POST /groups/unread-counts-batch',
  'groups.readers': 'GET /groups/messages/{id}/readers',
  'groups.mentions': 'GET /groups/mentions',
  'groups.typing': 'POST /groups/{group_id}/typing',
  'presence.friends': 'GET /friends/online-status',
  'presence.batch': 'GET /friends/online-status/batch',
  'moments.create': 'POST /moments/create',
  'moments.mine': 'GET /moments/my-list',
  'moments.timeline': 'GET /moments/timeline',
  'moments.wall': 'GET /moments/user/{user_id}',
  'moments.get': 'GET /moments/{id}',
  'moments.remove': 'DELETE /moments/{id}',
  'moments.like': 'POST /moments/{id}/like',
  'moments.unlike': 'DELETE /moments/{id}/unlike',
  'moments.likes': 'GET /moments/{id}/likes',
  'moments.comment': 'POST /moments/{id}/comment',
  'moments.comments': 'GET /moments/{id}/comments',
  'moments.removeComment': 'DELETE /moments/comments/{comment_id}',
  'push.key': 'GET /push/vapid-key',
  'push.subscribe': 'POST /push/subscriptions',
  'push.unsubscribe': 'DELETE /push/subscriptions/{id}',
} as const satisfies { readonly [N in OperationName]: Route<Operations[N]> }
