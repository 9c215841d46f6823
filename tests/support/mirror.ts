// A device's picture of its account, made of nothing but what sync answers; and the same as REST shows it.
import type { Favorite } from '../../src/protocol/favorites.ts'
import type { Block, FriendRequest } from '../../src/protocol/friends.ts'
import type { GroupInvitation } from '../../src/protocol/groups.entry.ts'
import type { GroupMember, JoinRequest } from '../../src/protocol/groups.members.ts'
import type { Message } from '../../src/protocol/messages.ts'
import type { Preview } from '../../src/protocol/reply.ts'
import type { Sync, SyncEvent } from '../../src/protocol/sync.ts'
import type { Person } from './people.ts'

type Shelf = Map<string, unknown>

const previewOf = ({
  id,
  seq,
  from_user_id,
  message_type,
  content,
  is_recalled,
}: Message): Preview => {
  return { id, seq, from_user_id, message_type, content, is_recalled }
}

/** What can be compared: things by a name that says what they are. */
export type Picture = Readonly<Record<string, unknown>>

export class Mirror {
  cursor = ''
  resets = 0
  pages = 0
  readonly #things: Shelf = new Map()
  /** By conversation, then by seq. */
  readonly #said = new Map<number, Map<number, Message>>()
  /** By group, then by account. */
  readonly #members = new Map<string, Map<number, GroupMember>>()
  /** Messages of its owner's that are theirs no more, by conversation and seq. */
  readonly #deleted = new Set<string>()
  /** Seqs that were passed over: each has to be one of those. */
  readonly #holes = new Set<string>()
  /** Up to where a conversation was read at first, and where its newest message is said to stand. */
  readonly #read = new Map<number, number>()
  readonly #lastSeqs = new Map<number, number>()
  /** New to this device. */
  readonly #unread = new Set<number>()
  #turn: Promise<void> = Promise.resolve()

  constructor(private readonly owner: Person) {}

  /**
   * Asks until there is no more, page by page; of conversations that are new it reads what was said
   * before.
   */
  catchesUp(limit?: number): Promise<void> {
    // One after the other, as a device does: pages of two answers would be mixed.
    const turn = this.#turn.then(() => this.#catchUp(limit))
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #catchUp(limit?: number): Promise<void> {
    for (let hasMore = true; hasMore;) {
      const input = { cursor: this.cursor, ...(limit === undefined ? {} : { limit }) }
      hasMore = this.takes(await this.owner.does('sync.get', input))
    }
    for (const id of this.#unread) {
      this.#unread.delete(id)
      const group = this.#groupOf(id)
      if (group) this.#members.set(group, await membersOf(this.owner, group))
      const before = await this.owner.reads(id).catch(() => [])
      this.#said.set(id, new Map(before.map((each) => [each.seq, each])))
      this.#read.set(id, this.#lastSeqs.get(id) ?? 0)
    }
  }

  /** One page; whether there is more. */
  takes({ events, next_cursor, has_more, reset }: Sync): boolean {
    if (reset) {
      this.resets++
      this.#things.clear()
      this.#said.clear()
      this.#members.clear()
      this.#unread.clear()
      this.#holes.clear()
    }
    for (const event of events) this.#apply(event)
    this.cursor = next_cursor
    this.pages++
    return has_more
  }

  conversations(): number[] {
    return [...this.#things.keys()].flatMap((key) =>
      key.startsWith('conversation ') ? [Number(key.slice(13))] : [],
    )
  }

  #groupOf(conversation: number): string | undefined {
    return (this.#things.get(`conversation ${conversation}`) as { group_id?: string } | undefined)
      ?.group_id
  }

  groups(): string[] {
    return this.conversations().flatMap((id) => this.#groupOf(id) ?? [])
  }

  members(group: string): GroupMember[] {
    return [...(this.#members.get(group)?.values() ?? [])].toSorted((a, b) => a.id - b.id)
  }

  said(conversation: number): Message[] {
    const all = [...(this.#said.get(conversation)?.values() ?? [])]
    return all.toSorted((a, b) => a.seq - b.seq)
  }

  #apply(event: SyncEvent): void {
    const things = this.#things
    switch (event.type) {
      case 'me':
      case 'settings':
        return void things.set(event.type, event.data)
      case 'conversation':
        if (!things.has(`conversation ${event.data.id}`)) this.#unread.add(event.data.id)
        this.#lastSeqs.set(event.data.id, event.data.last_seq)
        return void things.set(`conversation ${event.data.id}`, this.#shown(event.data))
      case 'conversation_removed': {
        const { conversation_id: id } = event.data
        things.delete(`conversation ${id}`)
        things.delete(`receipt ${id}`)
        this.#unread.delete(id)
        this.#kept((each) => each.message.conversation_id !== id && each)
        return void this.#said.delete(id)
      }
      case 'message':
      case 'group_message':
      case 'message_updated':
        return this.#say(event.data)
      case 'message_deleted': {
        const { conversation_id: id, seq } = event.data
        this.#deleted.add(`${id} ${seq}`)
        things.delete(`favorite ${event.data.message_id}`)
        this.#answered(id, event.data.message_id, null)
        return void this.#said.get(id)?.delete(seq)
      }
      case 'read_receipt': {
        const key = `receipt ${event.data.conversation_id}`
        if (event.data.read_seq === 0) return void things.delete(key)
        return void things.set(key, event.data)
      }
      case 'friend':
        return void things.set(`friend ${event.data.friend_user.id}`, event.data)
      case 'friend_removed':
        return void things.delete(`friend ${event.data.id}`)
      case 'friend_request':
        return void things.set(`request ${event.data.id}`, withoutPeople(event.data))
      case 'friend_request_removed':
        return void things.delete(`request ${event.data.request_id}`)
      case 'block':
        return void things.set(`block ${event.data.blocked_user.id}`, withoutPerson(event.data))
      case 'block_removed':
        return void things.delete(`block ${event.data.id}`)
      case 'group_invitation':
        return void things.set(`invitation ${event.data.id}`, withoutGroup(event.data))
      case 'group_invitation_removed':
        return void things.delete(`invitation ${event.data.invitation_id}`)
      case 'join_request':
        return void things.set(`join ${event.data.id}`, withoutUser(event.data))
      case 'join_request_removed':
        return void things.delete(`join ${event.data.request_id}`)
      case 'favorite':
        return void things.set(`favorite ${event.data.message_id}`, event.data)
      case 'favorite_removed':
        return void things.delete(`favorite ${event.data.message_id}`)
      case 'scheduled_updated':
        return void things.set(`scheduled ${event.data.id}`, event.data)
      case 'scheduled_removed':
        return void things.delete(`scheduled ${event.data.scheduled_id}`)
      case 'group_member': {
        const { member } = event.data
        return void this.#members.get(member.group_id)?.set(member.id, member)
      }
      case 'group_member_removed':
        return void this.#members.get(event.data.group_id)?.delete(event.data.id)
    }
  }

  /** What was said last is among the messages; oneself is known, and faces in groups are not followed. */
  #shown({ last_message: _last, ...rest }: Conversation): unknown {
    if (rest.kind !== 'direct') {
      const { owner: _owner, ...group } = rest.group
      return { ...rest, group }
    }
    const { user1, user2, ...pair } = rest
    if (user1.id === user2.id) return pair
    return { ...pair, peer: user1.user_id === this.owner.userId ? user2 : user1 }
  }

  /** What is missing between two was deleted, which may be told later. */
  #say(message: Message): void {
    const said = this.#said.get(message.conversation_id) ?? new Map<number, Message>()
    this.#said.set(message.conversation_id, said)
    const id = message.conversation_id
    const newest = Math.max(this.#read.get(id) ?? 0, ...said.keys())
    if (!this.#unread.has(id)) {
      for (let seq = newest + 1; seq < message.seq; seq++) this.#holes.add(`${id} ${seq}`)
    }
    said.set(message.seq, message)
    this.#kept((each) => (each.message_id === message.id ? { ...each, message } : each))
    this.#answered(id, message.id, previewOf(message))
  }

  /** What answers it shows it as it is now. */
  #answered(conversation: number, message: number, reply_to: Preview | null): void {
    const said = this.#said.get(conversation)
    for (const [seq, each] of said ?? []) {
      if (each.reply_to_id === message) said?.set(seq, { ...each, reply_to })
    }
    this.#kept((each) => {
      const answers = each.message.reply_to_id === message
      return answers ? { ...each, message: { ...each.message, reply_to } } : each
    })
  }

  /** What becomes of each that is kept; false: it goes. */
  #kept(become: (favorite: Favorite) => Favorite | false): void {
    for (const [key, thing] of this.#things) {
      if (!key.startsWith('favorite ')) continue
      const now = become(thing as Favorite)
      if (now) this.#things.set(key, now)
      else this.#things.delete(key)
    }
  }

  /** What was missing and is not known to be deleted. */
  holes(): string[] {
    return [...this.#holes].filter((hole) => !this.#deleted.has(hole))
  }

  picture(): Picture {
    const things = [...this.#things].map(([key, thing]) => {
      if (!key.startsWith('favorite ')) return [key, thing] as const
      const { message, ...kept } = thing as Favorite
      return [key, { ...kept, message: words([message]) }] as const
    })
    return Object.fromEntries(things.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
}

type Conversation = Extract<SyncEvent, { type: 'conversation' }>['data']

/** Those who are neither friends nor in one conversation are not followed. */
const withoutPeople = ({ from_user: _from, to_user: _to, ...rest }: FriendRequest) => rest
const withoutPerson = ({ blocked_user: _blocked, ...rest }: Block) => rest

const withoutUser = ({ user: _user, ...rest }: JoinRequest) => rest

/** What a group is they see who are in it. */
const withoutGroup = ({ group: _group, inviter: _inviter, ...rest }: GroupInvitation) => rest

async function membersOf(who: Person, group_id: string): Promise<Map<number, GroupMember>> {
  const list = await who.does('groups.members', { group_id, page_size: 100 }).catch(() => [])
  return new Map((Array.isArray(list) ? list : list.list).map((each) => [each.id, each]))
}

/** What a message says; whether it was read is for the receipts. */
export function words(messages: readonly Message[]) {
  return messages.map(({ id, seq, content, is_recalled, edited_at, ...more }) => {
    const { reactions, reply_to, expires_at } = more
    return { id, seq, content, is_recalled, edited_at, reactions, reply_to, expires_at }
  })
}

/** The law: what was kept and what came since is what a new device sees. */
export async function isWhole(
  mirror: Mirror,
  owner: Person,
): Promise<{ kept: unknown; fresh: unknown }> {
  const fresh = new Mirror(owner)
  await fresh.catchesUp()
  const stored = await Promise.all(
    mirror.conversations().map(async (id) => [id, words(await owner.reads(id))] as const),
  )
  const said = mirror.conversations().map((id) => [id, words(mirror.said(id))] as const)
  const members = (from: Mirror) =>
    Object.fromEntries(mirror.groups().map((id) => [id, from.members(id)]))
  return {
    kept: {
      ...mirror.picture(),
      holes: mirror.holes(),
      said: Object.fromEntries(said),
      members: members(mirror),
    },
    fresh: {
      ...fresh.picture(),
      holes: [],
      said: Object.fromEntries(stored),
      members: members(fresh),
    },
  }
}
