// What becomes of a write that is done twice. One line per scene that writes, and per frame.
//
// `effect` is a question to the database whose answer is a number; `by` is how much it grows by one
// call, and so by any number of the same calls. `again` is what the later calls answer: 'same' is
// the first answer word for word, 'ok' a success that may differ, a list
// of codes the refusals, and 0 where it may succeed too.

export type Again = 'same' | 'ok' | readonly number[]

export interface Once {
  readonly effect: string
  readonly by: number
  readonly again: Again
}

/** Asking again is asking for one more, on purpose; the reason says why. */
export interface Each {
  readonly effect: string
  readonly each: string
}

const once = (effect: string, again: Again, by = 1): Once => ({ effect, again, by })
/** Leaves nothing behind that could be there twice. */
const traceless = (effect: string, again: Again): Once => ({ effect, again, by: 0 })
const each = (effect: string, why: string): Each => ({ effect, each: why })

const users = 'select count(*) from users'
const live = 'select count(*) from sessions where ended_at is null'
const codes = 'select count(*) from codes'
const tokens = 'select count(*) from refresh_tokens'
const friendships = 'select count(*) from friends'
const messages = 'select count(*) from messages'
const recalls = 'select count(*) from messages where recalled_at is not null'
const marks = `select count(*) from conversation_members m
  join conversations c on c.id = m.conversation_id and c.last_seq = m.read_seq and c.last_seq > 0`
const moments = 'select count(*) from moments'
const likes = 'select count(*) from moment_likes'
const comments = 'select count(*) from moment_comments'
const registrations = 'select count(*) from push_subscriptions'

export const twice: Readonly<Record<string, Once | Each>> = {
  'accounts.sendCode': each(codes, 'a mail may have been lost; the newest code counts'),
  'accounts.verifyCode': traceless(`${codes} where used_at is not null`, [0, 4106]),
  'accounts.register': once(users, [4106, 4102]),
  'accounts.login': once(live, [4106]),
  'accounts.registerWithPassword': once(users, [4102]),
  'accounts.loginWithPassword': each(live, 'every device has a session of its own'),
  // The same device may show it again for some seconds, and gets the same one.
  'accounts.refresh': once(tokens, 'ok'),
  'accounts.logout': once(live, [4104], -1),
  'accounts.updateMe': once(`${users} where nickname = 'Somebody'`, 'ok'),
  'accounts.endSession': once(live, [4004], -1),
  'accounts.resetPassword': once(`${codes} where used_at is not null`, [4106]),
  'accounts.setPassword': once('select count(distinct password_hash) from users', [4103]),
  'accounts.deleteMe': once(`${users} where deletes_at is not null`, [4104]),
  'accounts.export': once('select count(*) from exports', [4009]),

  'friends.sendRequest': once('select count(*) from friend_requests', [4203]),
  'friends.acceptRequest': once(friendships, [4204], 2),
  'friends.rejectRequest': once('select count(*) from friend_requests where status = 2', [4204]),
  'friends.remove': once(friendships, [4201], -2),

  'friends.withdrawRequest': once('select count(*) from friend_requests where status = 4', [4204]),
  'friends.updateRemark': once("select count(*) from friends where remark = 'Somebody'", 'ok'),
  'friends.block': once('select count(*) from blocks', [4501]),
  'friends.unblock': once('select count(*) from blocks', [4502], -1),

  'conversations.create': traceless('select count(*) from conversations', 'same'),
  'conversations.read': once(marks, 'same'),
  'messages.send': once(messages, 'same'),
  'messages.send to a person': once(messages, 'same'),
  'messages.recall': once(recalls, 'same'),
  'messages.typing': traceless(messages, 'same'),
  'messages.ticket': each(live, 'a ticket opens one socket; two sockets need two'),

  'moments.create': each(moments, 'one may post the same words twice'),
  'moments.remove': once(moments, [4401], -1),
  'moments.like': once(likes, 'same'),
  'moments.unlike': once(likes, 'same', -1),
  'moments.comment': each(comments, 'one may say the same words twice'),
  'moments.comment in answer': each(comments, 'one may say the same words twice'),
  'moments.removeComment': once(comments, [4401], -1),

  'push.subscribe': once(registrations, 'same'),
  'push.unsubscribe': once(registrations, [4004], -1),

  'frame send_message': once(messages, 'same'),
  'frame mark_read': once(marks, 'same'),
  'frame recall_message': once(recalls, 'same'),
  'frame typing': traceless(messages, 'same'),
}
