// How a list of the owner's gets `size` things in it: what rows of lists are made of.
import type { Person } from '../support/people.ts'
import type { Input, Stage } from './stage.ts'

export type Crowd = (stage: Stage, size: number) => Promise<Input>

/** As many times, all at once. */
export const times = <T>(size: number, make: () => Promise<T>) =>
  Promise.all(Array.from({ length: size }, make))

export const conversations = (input: Input): Crowd => {
  return async (stage, size) => {
    const friends = await times(size, () => stage.newFriend())
    await Promise.all(friends.map((friend) => friend.says(stage.owner, 'hi')))
    return input
  }
}

export const history = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, () => stage.message())
    return { id: stage.conversation, ...input }
  }
}

/** Of one message; more than it may be edited there are not. */
export const revisions = (input: Input): Crowd => {
  return async (stage, size) => {
    const { id } = await stage.message()
    for (let n = 1; n <= Math.min(size, 20); n++) {
      await stage.owner.does('messages.edit', { id, content: `hi ${n}` })
    }
    return { id, ...input }
  }
}

/** Each with something below it. */
export const moments = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, async () => stage.talk(await stage.moment()))
    return input
  }
}

/** Comments, and likes by the friends who there are, below one moment. */
export const responses = (input: Input): Crowd => {
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

export const groups = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, () => stage.group({ is_public: true }))
    return input
  }
}

/** Members of one group: newcomers, who come in by themselves. */
export const members = (input: Input): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group({ is_public: true })
    await times(size, async () => (await stage.newcomer()).does('groups.join', { group_id }))
    return { group_id, ...input }
  }
}

export const requests = (input: Input): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group({ is_public: true, join_approval: true })
    await times(size, async () => (await stage.newcomer()).does('groups.join', { group_id }))
    return { group_id, ...input }
  }
}

export const groupHistory = (input: Input): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group()
    await times(size, () => stage.groupMessage(group_id))
    return { group_id, ...input }
  }
}

/** Friends who come into a group, and what each does with something the owner said there. */
export const audience = (
  does: (friend: Person, to: { id: number; group_id: string }) => Promise<unknown>,
  input: Input,
): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group()
    const id = await stage.groupMessage(group_id)
    await stage.opens(group_id)
    await times(size, async () => {
      const friend = await stage.newFriend()
      await friend.does('groups.join', { group_id })
      await does(friend, { id, group_id })
    })
    return { id, ...input }
  }
}

/** What the member says to the owner by name. */
export const mentions = (input: Input): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group()
    const at_users = [stage.owner.userId]
    const said = { group_id, message_type: 1, content: 'you', at_users }
    await times(size, () => stage.cast.member.does('groups.send', said))
    return input
  }
}

export const invitations = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, () => stage.invitation())
    return input
  }
}

export const links = (): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group()
    await times(Math.min(size, 20), () => stage.link(group_id))
    return { group_id }
  }
}

export const bans = (input: Input): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group()
    await times(size, async () => {
      const target_user_id = (await stage.newcomer()).userId
      await stage.owner.does('groups.ban', { group_id, target_user_id })
    })
    return { group_id, ...input }
  }
}

export const announcements = (): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group()
    await times(size, () => stage.announcement(group_id))
    return { group_id }
  }
}

export const announcementReaders = (input: Input): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group({ is_public: true })
    const id = await stage.announcement(group_id)
    await times(size, async () => {
      const reader = await stage.newcomer()
      await reader.does('groups.join', { group_id })
      await reader.does('groups.readAnnouncement', { id })
    })
    return { id, ...input }
  }
}

export const pins = (): Crowd => {
  return async (stage, size) => {
    const { group_id } = await stage.group()
    await times(size, async () => {
      await stage.owner.does('groups.pin', { group_id, id: await stage.groupMessage(group_id) })
    })
    return { group_id }
  }
}

export const favorites = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, () => stage.favorite())
    return input
  }
}

/** Messages that say the same. */
export const found = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(size, () => stage.message())
    return input
  }
}

/** More than so many wait for nobody. */
export const scheduled = (input: Input): Crowd => {
  return async (stage, size) => {
    await times(Math.min(size, 90), () => stage.scheduled())
    return input
  }
}

/** What workers have written down; here nobody has to be told for that. */
export const attempts = (input: Input): Crowd => {
  return async (stage, size) => {
    await stage.app.nodes[0]!.ctx.sql`
      insert into push_attempts (user_id, conversation_id, registration_id, kind, state, answer, at)
      select id, 1, 1, 'web', 'sent', '201', now()
      from users, generate_series(1, ${size}::int) where user_id = ${stage.owner.userId}`
    return input
  }
}
