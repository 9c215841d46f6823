// One scene per operation and frame: makes the owner's thing ready and answers the input that asks
// for it. The rule of every scene: asked by the owner it succeeds. All laws play the same scenes.
//
// A second way to ask has a second name after a space: 'messages.send to a person'.
import type { ClientFrameType } from '../../src/protocol/frames.ts'
import type { OperationName } from '../../src/protocol/operations.ts'
import { queueOf } from '../support/admin.ts'
import { password } from '../support/people.ts'
import { blocks, newName } from './cast.ts'
import type { Input, Stage } from './stage.ts'

export type Scene = (stage: Stage) => Input | Promise<Input>

const nothing: Scene = () => ({})
const itsConversation: Scene = ({ conversation }) => ({ id: conversation })
const itsMoment: Scene = async (stage) => ({ id: await stage.moment() })
const text = () => ({ message_type: 1, content: 'hi', client_msg_id: crypto.randomUUID() })

export const scenes: { readonly [N in OperationName]: Scene } & {
  readonly [variant: `${string} ${string}`]: Scene
} = {
  'accounts.ping': nothing,
  'accounts.sendCode': (stage) => ({ email: stage.newEmail() }),
  'accounts.verifyCode': async (stage) => coded(stage, stage.newEmail()),
  'accounts.register': async (stage) => ({
    ...(await coded(stage, stage.newEmail())),
    user_id: newName('new'),
    nickname: 'New',
  }),
  'accounts.login': async (stage) => coded(stage, (await stage.newcomer()).email),
  'accounts.registerWithPassword': (stage) => ({
    email: stage.newEmail(),
    user_id: newName('new'),
    nickname: 'New',
    password,
  }),
  'accounts.loginWithPassword': async (stage) => ({
    email: (await stage.newcomer()).email,
    password,
  }),
  'accounts.refresh': async (stage) => ({ refresh_token: (await stage.newcomer()).refreshToken }),
  'accounts.logout': async (stage) => {
    await stage.onNewSession()
    return { refresh_token: stage.asker?.refreshToken }
  },
  'accounts.me': nothing,
  'accounts.updateMe': async (stage) => {
    await stage.asNewPerson()
    return { nickname: 'Somebody' }
  },
  'accounts.resetPassword': async (stage) => ({
    ...(await coded(stage, (await stage.newcomer()).email)),
    password: 'another calm grey heron',
  }),
  'accounts.setPassword': async (stage) => {
    await stage.asNewPerson()
    return { password: 'another calm grey heron', old_password: password }
  },
  'accounts.deleteMe': async (stage) => {
    await stage.asNewPerson()
    return { password }
  },
  // It stays in the queue: while it is built, it may or may not be asked for once more.
  'accounts.export': async (stage) => {
    await queueOf(stage.app, 'maintenance').pause()
    await stage.asNewPerson()
    return {}
  },
  'accounts.sessions': nothing,
  'accounts.endSession': async (stage) => ({ id: (await stage.ownersOtherSession()).sessionId }),

  'friends.sendRequest': async (stage) => ({
    to_user_id: await stage.other(() => stage.newcomer()),
  }),
  'friends.acceptRequest': async (stage) => ({ request_id: await stage.waitingRequest() }),
  'friends.rejectRequest': async (stage) => ({ request_id: await stage.waitingRequest() }),
  'friends.withdrawRequest': async (stage) => {
    const to_user_id = (await stage.newcomer()).userId
    return { request_id: (await stage.owner.does('friends.sendRequest', { to_user_id })).id }
  },
  'friends.list': nothing,
  'friends.remove': async (stage) => ({ friend_id: await stage.other(() => stage.newFriend()) }),
  'friends.updateRemark': async (stage) => ({
    friend_id: await stage.other(() => stage.newFriend()),
    remark: 'Somebody',
  }),
  'friends.receivedRequests': nothing,
  'friends.sentRequests': nothing,
  'friends.search': async (stage) => ({ user_id: await stage.other(() => stage.newcomer()) }),
  'friends.search by keyword': () => ({ keyword: 'bo' }),
  'friends.card': async (stage) => ({ user_id: await stage.other(() => stage.newcomer()) }),
  'friends.block': async (stage) => ({
    blocked_user_id: await stage.other(() => stage.newcomer()),
  }),
  'friends.unblock': async (stage) => {
    const blocked = await stage.newcomer()
    await blocks(stage.owner, blocked)
    return { user_id: blocked.userId }
  },
  'friends.blockedList': nothing,
  'presence.friends': nothing,
  'presence.batch': async (stage) => ({ user_ids: stage.owner.userId }),

  'conversations.list': nothing,
  'conversations.create': async (stage) => ({
    friend_user_id: await stage.other(() => stage.cast.member),
  }),
  'conversations.read': async (stage) => {
    await stage.cast.member.says(stage.owner, 'read me')
    return { id: stage.conversation }
  },
  'messages.send': ({ conversation }) => ({ conversation_id: conversation, ...text() }),
  'messages.send to a person': async (stage) => ({
    to_user_id: await stage.other(() => stage.cast.member),
    ...text(),
  }),
  'messages.recall': async (stage) => ({ id: (await stage.message()).id }),
  'messages.typing': ({ conversation }) => ({ conversation_id: conversation }),
  'messages.unreadCount': nothing,
  'messages.history': itsConversation,
  'messages.ticket': nothing,

  'moments.create': () => ({ content: 'hi' }),
  'moments.mine': nothing,
  'moments.timeline': nothing,
  'moments.timeline with talk below': async (stage) => {
    await stage.talk(await stage.moment())
    return {}
  },
  'moments.wall': async (stage) => ({ user_id: await stage.other(() => stage.cast.member) }),
  'moments.get': itsMoment,
  'moments.get for everyone': async (stage) => ({ id: await stage.moment(0) }),
  'moments.get for oneself': async (stage) => ({ id: await stage.moment(2) }),
  'moments.remove': itsMoment,
  'moments.like': itsMoment,
  'moments.unlike': async (stage) => {
    const id = await stage.moment()
    await stage.owner.does('moments.like', { id })
    return { id }
  },
  'moments.likes': itsMoment,
  'moments.comment': async (stage) => ({ id: await stage.moment(), content: 'hi' }),
  'moments.comment in answer': async (stage) => {
    const id = await stage.moment()
    return { id, content: 'hi', reply_to_id: await stage.comment(id) }
  },
  'moments.comments': itsMoment,
  'moments.removeComment': async (stage) => ({
    comment_id: await stage.comment(await stage.moment()),
  }),

  'push.key': nothing,
  'push.subscribe': () => subscription(),
  'push.unsubscribe': async ({ owner }) => ({
    id: (await owner.does('push.subscribe', subscription())).id,
  }),
}

export const frames: { readonly [T in ClientFrameType]: Scene } = {
  ping: nothing,
  send_message: ({ conversation }) => ({ conversation_id: conversation, ...text() }),
  mark_read: async (stage) => {
    const { seq } = await stage.cast.member.says(stage.owner, 'read me')
    return { conversation_id: stage.conversation, seq }
  },
  recall_message: async (stage) => ({ id: (await stage.message()).id }),
  typing: ({ conversation }) => ({ conversation_id: conversation }),
}

async function coded(stage: Stage, email: string): Promise<Input> {
  return { email, code: await stage.code(email) }
}

/** A browser nobody has registered yet; nothing is ever sent there. */
function subscription(): Input {
  return {
    endpoint: `https://push.invalid/send/${crypto.randomUUID()}`,
    keys: {
      p256dh:
        'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
  }
}
