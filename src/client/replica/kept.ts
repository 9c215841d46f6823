// Which frames tell of what is kept: a new event that belongs to the history of accounts does not compile
// until it is said here how a replica hears of it. Read by the type checker and by tests.
import type { ServerFrameType } from '../../protocol/frames.ts'
import type { KeptName } from '../../protocol/kept.ts'

/**
 * By which frames those who are there hear of each event that is kept. An event that is not named here
 * does not compile; none of these frames is passed over (a test).
 */
export const told: { readonly [N in KeptName]: readonly ServerFrameType[] } = {
  'settings.changed': ['changed'],
  'profile.changed': ['changed', 'profile_updated', 'member_updated'],
  // Nobody hears of it at that moment; it comes when the cursor is moved on.
  'account.erased': [],
  'friend.requested': ['friend_request'],
  'friend.closed': ['changed'],
  'friend.accepted': ['friend_accepted', 'friend_added'],
  'friend.removed': ['friend_removed'],
  'friend.set': ['changed'],
  'block.changed': ['changed', 'member_updated'],
  'conversation.read': ['conversation_updated', 'read_receipt'],
  'conversation.set': ['conversation_updated'],
  'message.posted': ['group_message'],
  'message.changed': ['message_updated'],
  'message.deleted': ['message_deleted'],
  'message.burned': ['message_deleted'],
  'favorite.set': ['changed'],
  'scheduled.changed': ['scheduled_updated'],
  'member.changed': ['member_updated'],
  'group.joined': ['group_member_join'],
  'group.left': ['group_member_leave'],
  'group.invited': ['group_invitation'],
  'group.uninvited': ['changed'],
  'group.asked': ['changed'],
  'group.announced': ['group_announcement'],
  'group.changed': ['group_info_update'],
  'group.dissolved': ['group_info_update'],
}
