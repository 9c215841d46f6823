// Laws of friends: requests, friendships, blocks, who is found.
import type { serverFrames } from '../../../src/protocol/friends.told.ts'
import type { operations } from '../../../src/protocol/friends.ts'
import { times } from '../crowds.ts'
import { friendsOnly, ownerOnly, signedIn, unlessBlocked } from './access.ts'
import { both, text, words } from './longest.ts'
import { seesName, seesNothing, type Rows, type Scene } from './row.ts'
import { once } from './twice.ts'

interface Protocol {
  readonly operations: typeof operations
  readonly serverFrames: typeof serverFrames
}

const requests = 'select count(*) from friend_requests'
const friendships = 'select count(*) from friends'
const blocks = 'select count(*) from blocks'
const itsRequest: Scene = async (stage) => ({ request_id: await stage.waitingRequest() })
const itsFriend: Scene = async (stage) => ({
  friend_id: await stage.other(() => stage.newFriend()),
})
const somebody: Scene = async (stage) => ({ user_id: await stage.other(() => stage.newcomer()) })

export const friends: Rows<Protocol> = {
  operations: {
    'friends.sendRequest': {
      scene: async (stage) => ({ to_user_id: await stage.other(() => stage.newcomer()) }),
      // Done before the question: two of them are friends already.
      access: signedIn({
        friend: 'alreadyFriends',
        member: 'alreadyFriends',
        blocked: 'userNotFound',
      }),
      twice: once(requests, ['requestExists']),
      budget: 15,
      sight: seesNothing(({ alice }) => ({ to_user_id: alice.userId })),
      longest: ({ stranger }) => ({
        whole: both({ to_user_id: stranger, message: text('Hello', words(200)) }),
      }),
    },
    'friends.acceptRequest': {
      scene: itsRequest,
      access: ownerOnly('requestNotFound'),
      twice: once(friendships, ['requestNotFound'], 2),
      budget: 15,
      sight: seesNothing(({ request }) => ({ request_id: request })),
    },
    'friends.rejectRequest': {
      scene: itsRequest,
      access: ownerOnly('requestNotFound'),
      twice: once(`${requests} where status = 2`, ['requestNotFound']),
      budget: 8,
      sight: seesNothing(({ request }) => ({ request_id: request })),
    },
    'friends.withdrawRequest': {
      async scene(stage) {
        const to_user_id = (await stage.newcomer()).userId
        return { request_id: (await stage.owner.does('friends.sendRequest', { to_user_id })).id }
      },
      access: ownerOnly('requestNotFound'),
      twice: once(`${requests} where status = 4`, ['requestNotFound']),
      budget: 8,
      sight: seesNothing(({ request }) => ({ request_id: request })),
    },
    'friends.list': {
      scene: () => ({}),
      access: signedIn(),
      budget: 3,
      grows: {
        whole: async (stage, size) => {
          await times(size, () => stage.newFriend())
          return {}
        },
      },
      sight: seesNothing(() => ({})),
    },
    'friends.remove': {
      scene: itsFriend,
      access: friendsOnly('friendNotFound'),
      twice: once(friendships, ['friendNotFound'], -2),
      budget: 8,
      longest: ({ stranger }) => ({ whole: both({ friend_id: stranger }) }),
    },
    'friends.updateRemark': {
      scene: async (stage) => ({ ...(await itsFriend(stage)), remark: 'Somebody' }),
      access: friendsOnly('friendNotFound'),
      twice: once(`${friendships} where remark = 'Somebody'`, 'ok'),
      budget: 6,
      sight: seesNothing(({ alice }) => ({ friend_id: alice.userId, remark: 'she' })),
      longest: ({ friend }) => ({
        whole: both({ friend_id: friend, remark: text('Bob', words(64)) }),
      }),
    },
    'friends.receivedRequests': {
      scene: () => ({}),
      access: signedIn(),
      budget: 3,
      grows: {
        whole: async (stage, size) => {
          await times(size, () => stage.waitingRequest())
          return {}
        },
      },
      sight: seesName(() => ({})),
    },
    'friends.sentRequests': {
      scene: () => ({}),
      access: signedIn(),
      budget: 3,
      grows: {
        whole: async (stage, size) => {
          await times(size, async () => {
            const { userId } = await stage.newcomer()
            await stage.owner.does('friends.sendRequest', { to_user_id: userId })
          })
          return {}
        },
      },
      sight: seesName(() => ({})),
    },
    'friends.search': {
      scene: somebody,
      access: unlessBlocked('userNotFound'),
      budget: 5,
      also: {
        'by keyword': { scene: () => ({ keyword: 'bo' }), access: signedIn(), budget: 4 },
      },
      grows: {
        'by keyword': async (stage, size) => {
          await times(size, () => stage.newcomer())
          return { keyword: 'newcomer' }
        },
      },
      sight: seesNothing(({ alice }) => ({ keyword: alice.userId })),
      longest: ({ friend }) => ({
        'by id': both({ user_id: friend }),
        'by keyword': both({ keyword: text('bo', words(254)) }),
      }),
    },
    'friends.card': {
      scene: somebody,
      access: unlessBlocked('userNotFound'),
      budget: 5,
      sight: seesNothing(({ alice }) => ({ user_id: alice.userId })),
      longest: ({ friend }) => ({ whole: both({ user_id: friend }) }),
    },
    'friends.block': {
      scene: async (stage) => ({ blocked_user_id: await stage.other(() => stage.newcomer()) }),
      access: signedIn(),
      twice: once(blocks, ['alreadyBlocked']),
      budget: 12,
      longest: ({ stranger }) => ({ whole: both({ blocked_user_id: stranger }) }),
    },
    'friends.unblock': {
      scene: async (stage) => ({ user_id: (await stage.blockedPerson()).userId }),
      access: ownerOnly('blockNotFound'),
      twice: once(blocks, ['blockNotFound'], -1),
      budget: 5,
      longest: ({ stranger }) => ({ whole: both({ user_id: stranger }) }),
    },
    'friends.blockedList': {
      scene: () => ({}),
      access: signedIn(),
      budget: 4,
      grows: {
        whole: async (stage, size) => {
          await times(size, () => stage.blockedPerson())
          return {}
        },
      },
      sight: {
        sees: 'name',
        async asks({ alice, bob }) {
          await bob.does('friends.block', { blocked_user_id: alice.userId })
          return {}
        },
        last: true,
      },
    },
  },
  told: {
    friend_request: 'not heard',
    friend_accepted: 'not heard',
    friend_added: 'not heard',
    profile_updated: 'not heard',
  },
}
