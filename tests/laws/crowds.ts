// For every operation that answers a list: how the owner's list gets `size` things in it.
import { blocks } from './cast.ts'
import type { Input, Stage } from './stage.ts'

export type Crowd = (stage: Stage, size: number) => Promise<Input>

/** As many times, all at once. */
const times = <T>(size: number, make: () => Promise<T>) =>
  Promise.all(Array.from({ length: size }, make))

const conversations = (input: Input): Crowd => {
  return async (stage, size) => {
    const friends = await times(size, () => stage.newFriend())
    await Promise.all(friends.map((friend) => friend.says(stage.owner, 'hi')))
    return input
  }
}

const history = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, () => stage.message())
    return { id: stage.conversation, ...input }
  }
}

/** Each with something below it. */
const moments = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, async () => stage.talk(await stage.moment()))
    return input
  }
}

/** Comments, and likes by the friends who there are, below one moment. */
const responses = (input: Input): Crowd => {
  return async (stage, size) => {
    const id = await stage.moment()
    const friends = await times(size, () => stage.newFriend())
    await Promise.all(
      friends.map(async (friend) => {
        await friend.does('moments.like', { id })
        await friend.does('moments.comment', { id, content: 'hi' })
      }),
    )
    return { id, ...input }
  }
}

export const crowds: Readonly<Record<string, Crowd>> = {
  'accounts.sessions': async (stage, size) => {
    await times(size, () => stage.ownersOtherSession())
    return {}
  },
  'friends.list': async (stage, size) => {
    await times(size, () => stage.newFriend())
    return {}
  },
  'friends.receivedRequests': async (stage, size) => {
    await times(size, () => stage.waitingRequest())
    return {}
  },
  'friends.sentRequests': async (stage, size) => {
    await times(size, async () => {
      const { userId } = await stage.newcomer()
      await stage.owner.does('friends.sendRequest', { to_user_id: userId })
    })
    return {}
  },
  'friends.search by keyword': async (stage, size) => {
    await times(size, () => stage.newcomer())
    return { keyword: 'newcomer' }
  },
  'friends.blockedList': async (stage, size) => {
    await times(size, async () => blocks(stage.owner, await stage.newcomer()))
    return {}
  },
  'presence.friends': async (stage, size) => {
    const friends = await times(size, () => stage.newFriend())
    await Promise.all(friends.map((friend) => friend.connects()))
    return {}
  },
  'conversations.list': conversations({ page_size: 100 }),
  'conversations.list by cursor': conversations({ limit: 100 }),
  'moments.mine': moments({ page_size: 100 }),
  'moments.mine by cursor': moments({ limit: 100 }),
  'moments.timeline': moments({ page_size: 100 }),
  'moments.timeline by cursor': moments({ limit: 100 }),
  'moments.wall': async (stage, size) => {
    await times(size, async () => stage.talk(await stage.moment()))
    return { user_id: stage.owner.userId, page_size: 100 }
  },
  'moments.likes': responses({ page_size: 100 }),
  'moments.comments': responses({ limit: 100 }),
  'messages.history': history({ page_size: 100 }),
  'messages.history by seq': history({ after_seq: 0, limit: 100 }),
}
