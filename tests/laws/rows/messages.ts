// Laws of messages: what is said, edited, taken back and read.
import { Sent, type clientFrames, type serverFrames } from '../../../src/protocol/messages.told.ts'
import type { operations } from '../../../src/protocol/messages.ts'
import { history, revisions } from '../crowds.ts'
import { bySocket, friendsOnly, membersOnly, ownerOnly, signedIn } from './access.ts'
import { both, cursor, fixed, image, text, words } from './longest.ts'
import { seesNothing, type Rows, type Scene } from './row.ts'
import { each, edits, live, messages as said, once, recalls, traceless } from './twice.ts'

interface Protocol {
  readonly operations: typeof operations
  readonly clientFrames: typeof clientFrames
  readonly serverFrames: typeof serverFrames
}

const hi = () => ({ message_type: 1, content: 'hi', client_msg_id: crypto.randomUUID() })
const intoConversation: Scene = ({ conversation }) => ({
  conversation_id: conversation,
  ...hi(),
})
const itsMessage: Scene = async (stage) => ({ id: (await stage.message()).id })
const otherWords: Scene = async (stage) => ({ ...(await itsMessage(stage)), content: 'hello' })
const itsConversation: Scene = ({ conversation }) => ({ conversation_id: conversation })

const members = membersOnly('conversationNotFound')
/** The member sees what the owner said, and may not take it back. */
const author = membersOnly('messageNotFound', { member: 'notAllowed' })

export const messages: Rows<Protocol> = {
  operations: {
    'conversations.create': {
      scene: async (stage) => ({ friend_user_id: await stage.other(() => stage.cast.member) }),
      access: friendsOnly('notAllowed'),
      twice: traceless('select count(*) from conversations', 'same'),
      budget: 3,
      also: {
        'with oneself': {
          async scene({ asker }) {
            const friend_user_id = asker?.userId ?? 'nobody'
            await asker?.tries('conversations.create', { friend_user_id })
            return { friend_user_id }
          },
          access: signedIn(),
          twice: traceless('select count(*) from conversations', 'same'),
          budget: 3,
        },
      },
      sight: seesNothing(({ alice }) => ({ friend_user_id: alice.userId })),
      longest: ({ friend }) => ({ whole: both({ friend_user_id: friend }) }),
    },
    'messages.send': {
      scene: intoConversation,
      access: members,
      twice: once(said, 'same'),
      budget: 2,
      also: {
        'to a person': {
          scene: async (stage) => ({
            to_user_id: await stage.other(() => stage.cast.member),
            ...hi(),
          }),
          access: friendsOnly('notAllowed'),
          twice: once(said, 'same'),
          budget: 2,
        },
        'with a file': {
          scene: async (stage) => ({
            ...hi(),
            conversation_id: stage.conversation,
            message_type: 2,
            media_id: await stage.file(),
          }),
          access: membersOnly('conversationNotFound', { member: 'notFound' }),
          twice: once(said, 'same'),
          budget: 3,
        },
        'to oneself': {
          scene: ({ asker }) => ({ to_user_id: asker?.userId ?? 'nobody', ...hi() }),
          access: signedIn(),
          twice: once(said, 'same'),
          budget: 2,
        },
      },
      sight: seesNothing(({ conversation }) => ({
        conversation_id: conversation,
        message_type: 1,
        content: 'hi',
      })),
      longest: ({ friend, conversation }) => ({
        'to a person': both({
          to_user_id: friend,
          message_type: fixed(1),
          content: text('hi', words(5_000)),
          media_url: text('https://example.com/a.png', image(0)),
        }),
        'into a conversation': both({
          conversation_id: fixed(conversation),
          message_type: fixed(1),
          content: text('hi', words(5_000)),
        }),
      }),
    },
    'messages.recall': {
      scene: itsMessage,
      access: author,
      twice: once(recalls, 'same'),
      budget: 9,
      sight: seesNothing(({ said: id }) => ({ id })),
    },
    'messages.edit': {
      scene: otherWords,
      access: ownerOnly('messageNotFound'),
      twice: once(edits, 'same'),
      budget: 9,
      also: {
        'in a group': {
          async scene(stage) {
            const { group_id } = await stage.group()
            return { id: await stage.groupMessage(group_id), content: 'hello all' }
          },
          access: ownerOnly('messageNotFound'),
          twice: once(edits, 'same'),
          budget: 9,
        },
      },
      sight: seesNothing(({ said: id }) => ({ id, content: 'after' })),
      longest: ({ said: id }) => ({
        whole: both({ id: fixed(id), content: text('hello', words(5_000)) }),
      }),
    },
    'messages.revisions': {
      scene: itsMessage,
      access: ownerOnly('messageNotFound'),
      budget: 3,
      grows: { whole: revisions({ limit: 100 }) },
      longest: ({ said: id }) => ({ whole: both({ id: fixed(id), cursor }) }),
    },
    'messages.typing': {
      scene: itsConversation,
      access: members,
      twice: traceless(said, 'same'),
      budget: 2,
    },
    'messages.history': {
      scene: ({ conversation }) => ({ id: conversation }),
      access: members,
      budget: 3,
      grows: {
        'by page': history({ page_size: 100 }),
        'by seq': history({ after_seq: 0, limit: 100 }),
      },
      // Who said what stands there by user_id.
      sight: seesNothing(({ conversation }) => ({ id: conversation })),
    },
    'messages.ticket': {
      scene: () => ({}),
      access: signedIn(),
      twice: each(live, 'a ticket opens one socket; two sockets need two'),
      budget: 1,
    },
  },
  frames: {
    send_message: {
      scene: intoConversation,
      access: bySocket(members),
      twice: once(said, 'same'),
      budget: 1,
      rest: {
        operation: 'messages.send',
        // Groups have an operation of their own.
        without: ['group_id'],
        // One target is needed, and only one.
        tame({ to_user_id, conversation_id, media_id, ...rest }, die, { member, conversation }) {
          if (die === 0) return { to_user_id, conversation_id, media_id, ...rest }
          if (die % 2 === 0) return { to_user_id: to_user_id ?? member.userId, ...rest }
          return { conversation_id: conversation_id ?? conversation, ...rest }
        },
        shared: (data) => Object.keys(Sent.properties).map((field) => data[field]),
      },
    },
    recall_message: {
      scene: itsMessage,
      access: bySocket(author),
      twice: once(recalls, 'same'),
      budget: 8,
      rest: { operation: 'messages.recall', shared: (data) => data },
    },
    edit_message: {
      scene: otherWords,
      access: bySocket(ownerOnly('messageNotFound')),
      twice: once(edits, 'same'),
      budget: 8,
      rest: { operation: 'messages.edit', shared: (data) => data },
    },
    typing: {
      scene: itsConversation,
      access: bySocket(members),
      twice: traceless(said, 'same'),
      budget: 1,
      rest: { operation: 'messages.typing', without: ['group_id'], shared: () => 'told' },
    },
  },
  told: {
    message: 'heard',
    group_message: 'heard',
    message_sent: 'heard',
    message_updated: 'heard',
    typing: 'not heard',
  },
}
