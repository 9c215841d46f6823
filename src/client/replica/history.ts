// Reads what was said before, and who is in a group: for what is on the screen first, then for the newest.
import type { Page } from '../catchup.ts'
import type { GroupMember } from '../../protocol/groups.members.ts'
import type { Message } from '../../protocol/messages.ts'
import type { Keeper } from './keeper.ts'
import { keys, under, type Talk } from './keys.ts'
import type { ReplicaLimits } from './limits.ts'
import { Sheet } from './picture.ts'
import { activityOf } from './views.ts'

export interface HistoryPorts {
  readonly keeper: Keeper
  readonly limits: ReplicaLimits
  /** Before a seq, or the newest. */
  messages(conversation: number, before: number | undefined, limit: number): Promise<Page<Message>>
  members(group: string, page: number, size: number): Promise<readonly GroupMember[]>
}

/** Whatever changes under an answer makes it worthless; it is asked for again, so often. */
const triesMax = 3
const membersPage = 100
const memberPagesMax = 10

export class History {
  readonly #ports: HistoryPorts
  readonly #reading = new Map<string, Promise<void>>()

  constructor(ports: HistoryPorts) {
    this.#ports = ports
  }

  /** The newest messages, as far as fewer are kept than a screen shows. */
  fill(conversation: number): Promise<void> {
    return this.#once(`messages ${conversation}`, () => this.#fill(conversation))
  }

  /** What was said before a seq, not to be kept. */
  older(conversation: number, before: number): Promise<Page<Message>> {
    return this.#ports.messages(conversation, before, this.#ports.limits.pageLimit)
  }

  /** All members, as far as they are not kept. */
  fillMembers(conversation: number): Promise<void> {
    return this.#once(`members ${conversation}`, () => this.#fillMembers(conversation))
  }

  /** Those of last activity, one after the other. */
  async fillAhead(isWanted: () => boolean): Promise<void> {
    const { keeper, limits } = this.#ports
    const talks = keeper.picture.under<Talk>(under.conversations)
    const ids = talks
      .filter((talk) => this.#lacks(talk))
      .toSorted((a, b) => activityOf(b.view) - activityOf(a.view))
      .slice(0, limits.aheadConversations)
      .map(({ view }) => view.id)
    for (const id of ids) {
      if (!isWanted()) return
      await this.fill(id)
    }
  }

  /** One at a time for each; whoever asks meanwhile waits for the same. */
  #once(what: string, read: () => Promise<void>): Promise<void> {
    const running = this.#reading.get(what)
    if (running) return running
    const reading = read().finally(() => this.#reading.delete(what))
    this.#reading.set(what, reading)
    return reading
  }

  #talk(conversation: number): Talk | undefined {
    return this.#ports.keeper.picture.get<Talk>(keys.conversation(conversation))
  }

  #lacks({ after, to, view }: Talk): boolean {
    return view.last_seq > to || (after > 0 && to - after < this.#ports.limits.aheadMessages)
  }

  async #fill(conversation: number): Promise<void> {
    const { keeper, limits, messages } = this.#ports
    for (let tries = 0; tries < triesMax; tries++) {
      const talk = this.#talk(conversation)
      if (!talk || !this.#lacks(talk)) return
      const { cuts } = keeper
      const isBehind = talk.view.last_seq > talk.to
      const before = isBehind ? undefined : talk.after + 1
      const page = await messages(conversation, before, limits.pageLimit)
      const isDone = await keeper.run(async () => {
        const now = this.#talk(conversation)
        if (!now || cuts !== keeper.cuts || now.after !== talk.after) return false
        const sheet = new Sheet(keeper.picture)
        if (isBehind) goOn(sheet, now, page)
        else goBack(sheet, now, page, limits.windowMax)
        await keeper.commit(sheet.batch())
        return true
      })
      if (isDone !== false) return
    }
  }

  async #fillMembers(conversation: number): Promise<void> {
    const { keeper, members } = this.#ports
    for (let tries = 0; tries < triesMax; tries++) {
      const talk = this.#talk(conversation)
      if (talk?.view.kind !== 'group' || talk.hasMembers) return
      const { cuts } = keeper
      const all: GroupMember[] = []
      let hasAll = false
      for (let page = 1; !hasAll && page <= memberPagesMax; page++) {
        const list = await members(talk.view.group_id, page, membersPage)
        all.push(...list)
        hasAll = list.length < membersPage
      }
      const isDone = await keeper.run(async () => {
        const now = this.#talk(conversation)
        if (!now || cuts !== keeper.cuts) return false
        const sheet = new Sheet(keeper.picture)
        for (const each of all) sheet.put(keys.member(conversation, each.id), each)
        // Of one that is too large only the first are shown, and none followed.
        sheet.put(keys.conversation(conversation), { ...now, hasMembers: hasAll } satisfies Talk)
        await keeper.commit(sheet.batch())
        return true
      })
      if (isDone !== false) return
    }
  }
}

/** What lies before the window, as far as there is room. */
function goBack(sheet: Sheet, talk: Talk, { list, has_more }: Page<Message>, max: number): void {
  const { id } = talk.view
  const begin = has_more && list[0] ? list[0].seq - 1 : 0
  const after = Math.max(begin, talk.to - max)
  for (const message of list) {
    if (message.seq > after && message.seq <= talk.after) {
      sheet.put(keys.message(id, message.seq), message)
    }
  }
  sheet.put(keys.conversation(id), { ...talk, after } satisfies Talk)
}

/** The newest, though the cursor has not come to them: what lies between may be left out. */
function goOn(sheet: Sheet, talk: Talk, { list, has_more }: Page<Message>): void {
  const { id } = talk.view
  const [first, last] = [list[0], list.at(-1)]
  if (!first || !last || last.seq <= talk.to) return
  const isApart = has_more && first.seq > talk.to + 1
  if (isApart) sheet.dropUnder(under.messages(id))
  for (const message of list) {
    if (isApart || message.seq > talk.to) sheet.put(keys.message(id, message.seq), message)
  }
  const after = isApart ? first.seq - 1 : talk.after
  sheet.put(keys.conversation(id), { ...talk, after, to: last.seq } satisfies Talk)
}
