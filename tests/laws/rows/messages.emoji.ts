// Laws of reactions: an emoji put to a message, taken back, seen.
import type * as protocol from '../../../src/protocol/messages.emoji.ts'
import { audience, type Crowd } from '../crowds.ts'
import { bySocket, membersOnly } from './access.ts'
import { both, cursor, fixed, text } from './longest.ts'
import type { Rows, Scene } from './row.ts'
import { once } from './twice.ts'

const reactions = 'select count(*) from message_reactions'

const itsMessage: Scene = async (stage) => ({ id: (await stage.message()).id })
const thumb: Scene = async (stage) => ({ ...(await itsMessage(stage)), emoji: '👍' })
const thumbedUp: Scene = async (stage) => {
  const { id } = await stage.message()
  for (const each of [stage.owner, stage.cast.member]) {
    await each.does('messages.react', { id, emoji: '👍' })
  }
  return { id, emoji: '👍' }
}

/** So many kinds, with room for one more or none. */
const kinds = (max: 19 | 20): Crowd => {
  return async (stage, size) => {
    const { id } = await stage.message()
    for (let n = 0; n < Math.min(size, max); n++) {
      await stage.owner.does('messages.react', { id, emoji: String.fromCodePoint(0x1f600 + n) })
    }
    return { id, emoji: '👍' }
  }
}

const readers = membersOnly('messageNotFound')
const emoji = text('👍', '👩🏻‍❤️‍💋‍👨🏿')

export const messagesEmoji: Rows<typeof protocol> = {
  operations: {
    'messages.react': {
      scene: thumb,
      access: readers,
      twice: once(reactions, 'same'),
      budget: 11,
      grows: { whole: kinds(19) },
      longest: ({ said: id }) => ({ whole: both({ id: fixed(id), emoji }) }),
    },
    'messages.unreact': {
      scene: thumbedUp,
      access: readers,
      twice: once(reactions, 'same', -1),
      budget: 11,
      grows: { whole: kinds(20) },
      longest: ({ said: id }) => ({ whole: both({ id: fixed(id), emoji }) }),
    },
    'messages.reactions': {
      async scene(stage) {
        const { id } = await thumbedUp(stage)
        return { id }
      },
      access: readers,
      budget: 4,
      grows: {
        whole: audience((friend, { id }) => friend.does('messages.react', { id, emoji: '👍' }), {
          limit: 100,
        }),
      },
      sight: {
        sees: 'name',
        async asks({ alice, groupSaid: id }) {
          await alice.does('messages.react', { id, emoji: '👍' })
          return { id }
        },
      },
      longest: ({ said: id }) => ({ whole: both({ id: fixed(id), emoji, cursor }) }),
    },
  },
  frames: {
    react: {
      scene: thumb,
      access: bySocket(readers),
      twice: once(reactions, 'same'),
      budget: 10,
      rest: {
        operation: 'messages.react',
        without: ['remove'],
        shared: (data) => (Array.isArray(data) ? data : (data as { reactions: unknown }).reactions),
      },
    },
  },
}
