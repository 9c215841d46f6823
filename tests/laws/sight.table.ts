// What somebody who was blocked still sees: a line for every operation and frame that can show a
// person. Bob asks; alice has blocked him, has changed everything about herself since, and carol
// is a friend of both.
import type { Person } from '../support/people.ts'
import type { Input } from './stage.ts'

export interface Aftermath {
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
  readonly conversation: number
  /** Something bob said to alice a moment ago. */
  readonly said: number
  /** A request she once made to him; answered. */
  readonly request: number
  /** Moments, each with likes and comments by the two others. */
  readonly hers: number
  readonly his: number
  readonly carols: number
  /** What bob said below carol's, in answer to alice. */
  readonly answer: number
}

export interface Line {
  /** `name`: that she is there, under her user_id. `nothing`: no word of her, or a refusal. */
  readonly sees: 'name' | 'nothing'
  readonly asks: (then: Aftermath) => Input | Promise<Input>
}

const nothing = (asks: Line['asks']): Line => ({ sees: 'nothing', asks })
const name = (asks: Line['asks']): Line => ({ sees: 'name', asks })
const all = () => ({})

/** In the order in which they are asked: with the last ones bob changes what is. */
export const operationSights: Readonly<Record<string, Line>> = {
  'friends.list': nothing(all),
  'friends.receivedRequests': name(all),
  'friends.sentRequests': name(all),
  'friends.sendRequest': nothing(({ alice }) => ({ to_user_id: alice.userId })),
  'friends.acceptRequest': nothing(({ request }) => ({ request_id: request })),
  'friends.rejectRequest': nothing(({ request }) => ({ request_id: request })),
  'friends.withdrawRequest': nothing(({ request }) => ({ request_id: request })),
  'friends.updateRemark': nothing(({ alice }) => ({ friend_id: alice.userId, remark: 'she' })),
  'friends.search': nothing(({ alice }) => ({ keyword: alice.userId })),
  'friends.card': nothing(({ alice }) => ({ user_id: alice.userId })),
  'presence.friends': nothing(all),
  'conversations.list': name(all),
  'conversations.create': nothing(({ alice }) => ({ friend_user_id: alice.userId })),
  'messages.send': nothing(({ conversation }) => ({
    conversation_id: conversation,
    message_type: 1,
    content: 'hi',
  })),
  // Who said what stands there by user_id.
  'messages.history': nothing(({ conversation }) => ({ id: conversation })),
  'messages.recall': nothing(({ said }) => ({ id: said })),
  'moments.create': nothing(() => ({ content: 'hi' })),
  'moments.timeline': nothing(all),
  'moments.mine': nothing(all),
  'moments.wall': nothing(({ carol }) => ({ user_id: carol.userId })),
  'moments.get': nothing(({ carols }) => ({ id: carols })),
  'moments.likes': nothing(({ his }) => ({ id: his })),
  'moments.comments': nothing(({ carols }) => ({ id: carols })),
  'moments.comment': nothing(({ carols, answer }) => ({
    id: carols,
    content: 'still here',
    reply_to_id: answer,
  })),
  'friends.blockedList': name(async ({ alice, bob }) => {
    await bob.does('friends.block', { blocked_user_id: alice.userId })
    return {}
  }),
}

/** Whether bob's devices hear that frame of what she does and did; nothing in it names her anew. */
export const frameSights: Readonly<Record<string, 'heard' | 'not heard'>> = {
  message: 'heard',
  message_sent: 'heard',
  message_updated: 'heard',
  typing: 'not heard',
  friend_request: 'not heard',
  friend_accepted: 'not heard',
  friend_added: 'not heard',
  moment_activity: 'not heard',
}
