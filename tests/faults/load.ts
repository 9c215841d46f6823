// Pairs of people who talk while things break, and the verdict at the end.
import { expect } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { check, type Row, type View } from '../support/history.ts'
import type { Site } from '../support/processes.ts'
import { Talker } from './talker.ts'

export interface LoadOptions {
  readonly pairs?: number
  readonly paceMs?: number
  /** Both people of a pair on the same node, or each on another. */
  readonly together?: boolean
  readonly holeMs?: number
}

/** How long a listener may take to learn of what it missed: a beacon and a little. */
const caughtUpMs = 35_000

export class Load implements AsyncDisposable {
  private constructor(
    private readonly site: Site,
    readonly talkers: readonly Talker[],
  ) {}

  static async begin(site: Site, options: LoadOptions = {}): Promise<Load> {
    const { urls } = site
    const talkers = (await site.pairs(options.pairs ?? 12)).flatMap(({ a, b, conversation }, n) =>
      [a, b].map((person, side) => {
        const own = n + (options.together ? 0 : side)
        const bases = urls.map((_, index) => urls[(own + index) % urls.length] as string)
        // Every other pair sends without waiting for answers.
        const window = n % 2 ? 5 : 1
        const { paceMs = 150, holeMs = 400 } = options
        return new Talker(person, conversation, bases, { window, paceMs, holeMs })
      }),
    )
    await Promise.all(talkers.map((talker) => talker.connect()))
    const load = new Load(site, talkers)
    await load.#greet()
    for (const talker of talkers) talker.talk()
    return load
  }

  /** One message each, so that every node knows where every conversation stands. */
  async #greet(): Promise<void> {
    for (const talker of this.talkers) talker.greet()
    await eventually(
      () => {
        const deaf = this.talkers.filter((talker) => talker.lastApplied < 2)
        if (deaf.length === 0) return true
        const state = deaf.map(({ acked, lastApplied }) => `${acked} said, ${lastApplied} heard`)
        throw new Error(`${state.join('; ')}; refusals ${JSON.stringify(this.refusals)}`)
      },
      // A live frame may be lost; the beacon shows the hole within half a minute.
      { what: 'two greetings heard by all', within: 30_000 },
    )
  }

  get acked(): number {
    return this.talkers.reduce((sum, talker) => sum + talker.acked, 0)
  }

  get refusals() {
    return this.talkers.flatMap((talker) => talker.refusals)
  }

  get closes(): number[] {
    return this.talkers.flatMap((talker) => talker.closes)
  }

  /** Waits until this many more sends have been acknowledged. */
  async more(count: number, within = 20_000): Promise<void> {
    const goal = this.acked + count
    await eventually(() => this.acked >= goal, { what: `${count} more acks`, within })
  }

  /** Waits until every talker has been acknowledged something from now on. */
  async allTalk(within = 20_000): Promise<void> {
    const before = this.talkers.map((talker) => talker.acked)
    await eventually(
      () => {
        const silent = this.talkers.filter((talker, n) => talker.acked <= (before[n] ?? 0))
        if (silent.length > 0) throw new Error(`${silent.length} talkers are not acknowledged`)
        return true
      },
      { what: 'an ack for everyone', within },
    )
  }

  /** Stops talking, lets everyone catch up by what it hears, and judges. */
  async verdict(atLeast: number): Promise<{ stored: number; late: number; caughtUpMs: number }> {
    for (const talker of this.talkers) talker.hush()
    await eventually(
      () => {
        const open = this.talkers.filter((talker) => !talker.settled)
        if (open.length > 0) throw new Error(`${open.length} talkers wait for answers`)
        return true
      },
      { what: 'the last answers', within: 30_000 },
    )
    const hushed = performance.now()
    const rows = await this.#rows()
    const heads = new Map<number, number>()
    for (const { conversation, seq } of rows) {
      heads.set(conversation, Math.max(seq, heads.get(conversation) ?? 0))
    }
    await eventually(
      () => {
        const behind = this.talkers.filter(
          (talker) => talker.lastApplied < (heads.get(talker.conversation) ?? 0),
        )
        if (behind.length > 0) throw new Error(`${behind.length} listeners are behind`)
        return true
      },
      { what: 'listeners that caught up', within: caughtUpMs },
    )
    const took = performance.now() - hushed
    const troubles = this.talkers.flatMap((talker) => talker.troubles)
    const said = this.talkers.flatMap((talker) => talker.said)
    const reads = await this.#reads()
    const applied = this.talkers.map(({ person, conversation, applied: list }): View => ({
      reader: person.userId,
      conversation,
      list,
    }))
    const wrong = check({ said, rows, reads, applied })
    expect(wrong.slice(0, 10)).toEqual([])
    expect(troubles.slice(0, 10)).toEqual([])
    // Fewer than planned would prove nothing.
    expect(rows.length).toBeGreaterThanOrEqual(atLeast)
    const late = this.talkers.reduce((sum, talker) => sum + talker.lateFrames, 0)
    return { stored: rows.length, late, caughtUpMs: took }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.talkers.map((talker) => talker.leave()))
  }

  async #rows(): Promise<Row[]> {
    const ids = [...new Set(this.talkers.map((talker) => talker.conversation))]
    return this.site.sql<Row[]>`
      select m.id, m.conversation_id as conversation, m.seq, u.user_id as sender,
        m.client_msg_id as "clientMsgId", m.content
      from messages m join users u on u.id = m.sender_id
      where m.conversation_id = any(${ids}::bigint[])
      order by m.conversation_id, m.seq`
  }

  async #reads(): Promise<View[]> {
    return Promise.all(
      this.talkers.map(async ({ person, conversation }) => {
        // A line found dead may cost a read its first answer, which is an honest refusal.
        const list = await eventually(() => person.reads(conversation), {
          what: 'the history through REST',
          within: 20_000,
        })
        return {
          reader: person.userId,
          conversation,
          list: list.map(({ id, seq }) => ({ id, seq })),
        }
      }),
    )
  }
}
