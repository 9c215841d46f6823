// What never changes about conversations, kept in memory: their kind and, of direct ones, the two
// people, of groups their name on the wire. Only immutable facts are kept here; whether somebody may
// write is asked at every commit. A person's name changes once, when their account is erased: long
// before, from the day its owner has asked for it, every process drops it and keeps it no more. So it
// can be somebody else's afterwards.
import type { Clock, Timer } from '../../core/clock.ts'
import { limits } from './limits.ts'
import type { Log } from '../../core/log.ts'
import { Recent } from '../../core/recent.ts'
import type { Sql } from '../../infra/db.ts'
import {
  findGroupPairing,
  findLeaving,
  findPairing,
  findPairings,
  type Pairing,
} from './pairing.store.ts'

export interface Participant {
  readonly id: number
  readonly userId: string
}

export type ConversationRef =
  | { readonly id: number; readonly kind: 'group'; readonly groupId: string }
  | {
      readonly id: number
      readonly kind: 'direct'
      readonly user1: Participant
      readonly user2: Participant
    }

export type DirectRef = Extract<ConversationRef, { kind: 'direct' }>
export type GroupRef = Extract<ConversationRef, { kind: 'group' }>

export class Directory {
  readonly #refs = new Recent<number, ConversationRef>(limits.cache.conversationsMax)
  /** `account id>lower-case user_id` → conversation. */
  readonly #pairs = new Recent<string, number>(limits.cache.conversationsMax)
  /** `group_id` → conversation. */
  readonly #groups = new Recent<string, number>(limits.cache.conversationsMax)

  #leaving: ReadonlySet<number> = new Set()
  #timer: Timer | null = null

  constructor(private readonly sql: Sql) {}

  /** Looks from time to time who is leaving; a look that fails is made up for by the next. */
  start(clock: Clock, log: Log): this {
    this.#timer = clock.every(limits.cache.leavingMs, () => {
      this.forgetLeaving().catch((err) => log.debug({ err }, 'who is leaving is not known'))
    })
    return this
  }

  stop(): void {
    this.#timer?.stop()
  }

  async forgetLeaving(): Promise<void> {
    const leaving = new Set(await findLeaving(this.sql))
    const isNew = [...leaving].some((user) => !this.#leaving.has(user))
    this.#leaving = leaving
    if (!isNew) return
    const gone = new Set<number>()
    this.#refs.deleteWhere((ref) => {
      const leaves =
        ref.kind === 'direct' && (leaving.has(ref.user1.id) || leaving.has(ref.user2.id))
      if (leaves) gone.add(ref.id)
      return leaves
    })
    this.#pairs.deleteWhere((id) => gone.has(id))
  }

  /** At once, when it is known here. */
  peek(id: number): ConversationRef | undefined {
    return this.#refs.get(id)
  }

  peekDirect(from: number, toUserId: string): DirectRef | undefined {
    const id = this.#pairs.get(pairKey(from, toUserId))
    const ref = id === undefined ? undefined : this.#refs.get(id)
    return ref?.kind === 'direct' ? ref : undefined
  }

  async find(id: number): Promise<ConversationRef | undefined> {
    return this.peek(id) ?? (await this.findAll([id])).get(id)
  }

  async findAll(ids: readonly number[]): Promise<Map<number, ConversationRef>> {
    const found = new Map<number, ConversationRef>()
    const missing: number[] = []
    for (const id of new Set(ids)) {
      const ref = this.peek(id)
      if (ref) found.set(id, ref)
      else missing.push(id)
    }
    if (missing.length > 0) {
      for (const row of await findPairings(this.sql, missing)) found.set(row.id, this.#keep(row))
    }
    return found
  }

  /** The conversation of a person with a user_id; none when the two were never friends. */
  async findDirect(from: number, toUserId: string): Promise<DirectRef | undefined> {
    const known = this.peekDirect(from, toUserId)
    if (known) return known
    const row = await findPairing(this.sql, from, toUserId)
    if (!row) return undefined
    const ref = this.#keep(row)
    if (this.#isLasting(row)) this.#pairs.set(pairKey(from, toUserId), ref.id)
    return ref.kind === 'direct' ? ref : undefined
  }

  peekGroup(groupId: string): GroupRef | undefined {
    const id = this.#groups.get(groupId)
    const ref = id === undefined ? undefined : this.#refs.get(id)
    return ref?.kind === 'group' ? ref : undefined
  }

  /** Whoever asks: whether they are in it, and whether it is still there, the database says. */
  async findGroup(groupId: string): Promise<GroupRef | undefined> {
    const known = this.peekGroup(groupId)
    if (known) return known
    const row = await findGroupPairing(this.sql, groupId)
    const ref = row && this.#keep(row)
    return ref?.kind === 'group' ? ref : undefined
  }

  #keep(row: Pairing): ConversationRef {
    const { user1_id, user2_id } = row
    const ref: ConversationRef =
      user1_id === null || user2_id === null
        ? { id: row.id, kind: 'group', groupId: row.group_id ?? '' }
        : {
            id: row.id,
            kind: 'direct',
            user1: { id: user1_id, userId: row.user1_name ?? '' },
            user2: { id: user2_id, userId: row.user2_name ?? '' },
          }
    if (this.#isLasting(row)) this.#refs.set(row.id, ref)
    if (ref.kind === 'group') this.#groups.set(ref.groupId, ref.id)
    return ref
  }

  /** A row that was read before somebody left may arrive after they were forgotten. */
  #isLasting({ leaving, user1_id, user2_id }: Pairing): boolean {
    return !leaving && ![user1_id, user2_id].some((id) => id !== null && this.#leaving.has(id))
  }
}

export const isPair = (ref: ConversationRef): ref is DirectRef => ref.kind === 'direct'

/** One's own, with oneself. */
export const isNotes = (ref: DirectRef) => ref.user1.id === ref.user2.id

/** Of one's own notes oneself. */
export function peerOf(ref: DirectRef, user: number): Participant {
  return ref.user1.id === user ? ref.user2 : ref.user1
}

/** One of the two, as far as memory goes: of a group it knows nobody. */
export function participantIn(ref: ConversationRef, user: number): Participant | undefined {
  if (ref.kind !== 'direct' || !isParticipant(ref, user)) return undefined
  return ref.user1.id === user ? ref.user1 : ref.user2
}

/** What frames say besides the conversation's number. */
export function groupOf(ref: ConversationRef): { group_id?: string } {
  return ref.kind === 'group' ? { group_id: ref.groupId } : {}
}

/** False for somebody who cannot be in it; who is in a group, the database says. */
export function mayBeIn(ref: ConversationRef, user: number): boolean {
  return ref.kind !== 'direct' || isParticipant(ref, user)
}

export function isParticipant(ref: DirectRef, user: number): boolean {
  return ref.user1.id === user || ref.user2.id === user
}

const pairKey = (from: number, toUserId: string) => `${from}>${toUserId.toLowerCase()}`
