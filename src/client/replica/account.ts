// The replica of one account, from the moment its tokens are known to the moment they are not.
import type { ServerData } from '../../protocol/frames.ts'
import type { Me } from '../../protocol/people.ts'
import type { Message } from '../../protocol/messages.ts'
import type { Sync } from '../../protocol/sync.ts'
import { pageOf } from '../catchup.ts'
import { randomUuid, unixMilliseconds } from '../ports.ts'
import type { AccountPorts } from './account.ports.ts'
import { Attachments } from './attachments.ts'
import { Ends } from './burning.ts'
import { Changes } from './changes.ts'
import { History } from './history.ts'
import { Keeper } from './keeper.ts'
import { keys, under, type Conversation } from './keys.ts'
import type { Live } from './live.ts'
import { Typists, Watch } from './present.ts'
import { Rounds } from './rounds.ts'
import { Sender } from './sender.ts'
import { alone, channelOfRuntime, Tabs, type Note } from './tabs.ts'

type PresenceFrame = { type: 'presence'; data: ServerData<'presence'> }

export class Account {
  readonly keeper: Keeper
  readonly attachments: Attachments
  readonly sender: Sender
  readonly changes: Changes
  readonly history: History
  readonly typists: Typists
  readonly watch: Watch
  readonly ends: Ends
  readonly #ports: AccountPorts
  readonly #rounds: Rounds
  readonly #tabs: Tabs
  #opening: Promise<void> | undefined
  #isOpen = false
  #isTelling = false
  readonly #tab = randomUuid()
  #people: readonly string[] = []
  /** Of the tab that leads. */
  #isOnline = false

  constructor(ports: AccountPorts) {
    this.#ports = ports
    const { client, store, space, clock, random, limits, onError } = ports
    this.keeper = new Keeper({
      store,
      space,
      onError,
      written: (batch) => this.#tabs.tell({ written: batch }),
      changed: (batch) => {
        this.changes.take(batch)
        ports.changed(batch)
        this.sender.heard(batch)
        this.ends.take(batch)
      },
      overtaken: () => ports.lost('overtaken'),
    })
    const { keeper } = this
    // A store of one's own needs no turn.
    const locks = store.shared === undefined ? alone : ports.locks
    const leads = () => this.#tabs.isLeading
    const me = () => this.me
    this.ends = new Ends({ keeper, clock, today: unixMilliseconds, leads, me })
    const shared = { keeper, client, store, space, clock, locks, limits, leads, onError, me }
    this.attachments = new Attachments({
      ...shared,
      uploaded: (id, media) => this.sender.uploaded(id, media),
      failed: (id, error) => this.sender.lost(id, error),
      changed: () => ports.progressed(),
    })
    const { attachments } = this
    const changes = () => this.changes
    this.sender = new Sender({ keeper, client, attachments, limits, leads, changes })
    this.changes = new Changes({
      ...shared,
      random,
      isLive: () => this.#rounds.isLive,
      ask: () => this.askIn(limits.soonMs),
      saying: this.sender,
    })
    this.history = new History({
      keeper,
      limits,
      messages: async (id, before, limit) => {
        const range = before === undefined ? {} : { before_seq: before }
        return pageOf(await client.call('messages.history', { id, ...range, limit }))
      },
      members: async (group_id, page, page_size) =>
        pageOf(await client.call('groups.members', { group_id, page, page_size })).list,
    })
    this.#rounds = new Rounds({
      ...shared,
      random,
      ask: (cursor, isFirst, signal) => this.#ask(cursor, isFirst, signal),
      between: () => this.#fillScreen(),
      done: () => void this.#caughtUp(),
      aside: (message) => ports.aside(message),
      isOver: (message) => this.ends.isOver(message),
      begins: () => this.changes.begins(),
      closing: (sheet, isWhole) => {
        this.sender.closing(sheet)
        this.changes.closing(sheet, isWhole)
      },
    })
    this.typists = new Typists(clock, limits.typingMs, (conversation) => ports.typed(conversation))
    this.watch = new Watch({
      watchedMax: limits.watchedMax,
      watch: async (people) => {
        if (!this.#tabs.isLeading || client.state.state !== 'open') return undefined
        const seen = await client.request('watch_presence', { user_ids: [...people] })
        this.#tabs.tell({ presence: seen })
        return seen
      },
      changed: () => ports.seen(),
    })
    const name = `curlew:replica:${store.shared ?? ''}:${space}`
    const opens = ports.channel ?? channelOfRuntime
    this.#tabs = new Tabs({
      name,
      locks,
      channel: store.shared === undefined ? undefined : opens(name),
      heard: (note) => this.#heard(note),
      lead: () => void this.#lead(),
    })
  }

  get me(): string {
    return this.keeper.picture.get<Me>(keys.me)?.user_id ?? ''
  }

  get isLeading(): boolean {
    return this.#tabs.isLeading
  }

  get isLive(): boolean {
    return this.#tabs.isLeading ? this.#rounds.isLive : this.#isOnline
  }

  /** What was seen last is there, with or without a network; then it is seen who connects. */
  open(): Promise<void> {
    this.#opening ??= this.keeper.open().then(() => {
      if (this.keeper.isOver) return
      this.#isOpen = true
      this.#ports.moved()
      this.#tabs.start()
      this.#tabs.tell({ came: true })
    })
    return this.#opening
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** For the client, which has a line; undefined where another tab leads, and this one only listens. */
  async catchUp(heard: (message: Message) => void): Promise<Conversation[] | undefined> {
    await this.open()
    if (!this.#tabs.isLeading) return undefined
    return this.#rounds.catchUp((message) => {
      // It is kept already: told again it would only be read and compared.
      this.#isTelling = true
      heard(message)
      this.#isTelling = false
    })
  }

  hear(live: Live): void {
    if (live.type === 'message' || live.type === 'group_message') {
      this.typists.said(live.data.conversation_id, live.data.from_user_id)
    }
    if (this.#tabs.isLeading && !this.#isTelling) this.#rounds.hear(live)
  }

  askIn(delayMs: number): void {
    if (this.#tabs.isLeading) this.#rounds.askIn(delayMs)
  }

  /** The client's socket, or what came by it. */
  line(isOpen: boolean): void {
    if (!this.#tabs.isLeading) return
    if (isOpen) {
      this.attachments.wake()
      this.#rounds.opened()
      this.watch.ask(true)
    } else {
      this.#rounds.broke()
      this.watch.lost()
    }
    this.#moved()
  }

  /** Whom this tab looks at: whoever leads asks for all of them. */
  look(people: readonly string[]): void {
    this.#people = people
    this.watch.want(this.#tab, people)
    if (!this.#tabs.isLeading) this.#tabs.tell({ watched: people, tab: this.#tab })
  }

  /** Of what is not kept, to the other tabs as well. */
  passes(frame: { type: 'typing'; data: ServerData<'typing'> } | PresenceFrame): void {
    if (frame.type === 'typing') {
      this.typists.heard(frame.data)
      this.#tabs.tell({ typing: frame.data })
    } else {
      const { user_id, ...presence } = frame.data
      this.watch.saw({ [user_id]: presence })
      this.#tabs.tell({ presence: { [user_id]: presence } })
    }
  }

  stop(): void {
    if (this.#people.length > 0) this.#tabs.tell({ watched: [], tab: this.#tab })
    this.keeper.stop()
    this.#rounds.broke()
    this.typists.stop()
    this.ends.stop()
    this.sender.stop()
    this.changes.stop()
    this.attachments.stop()
    this.#tabs.stop()
  }

  async forget(): Promise<void> {
    this.#tabs.tell({ forgotten: true })
    this.stop()
    await this.keeper.forget()
    await this.attachments.forget()
  }

  async #lead(): Promise<void> {
    const { client, onError } = this.#ports
    await this.keeper.lead()
    if (this.keeper.isOver) return
    this.#tabs.tell({ leads: true })
    // What the list shows of it is for whoever leads to take away.
    this.ends.take({ put: this.keeper.picture.entries(under.conversations) })
    void this.attachments.sweep(this.sender.waiting)
    this.sender.pump()
    this.changes.pump()
    this.#moved()
    if (client.state.state === 'open') {
      this.line(true)
      this.#rounds.askIn(0)
      return
    }
    try {
      await client.connect()
    } catch (error) {
      if (!this.keeper.isOver) onError(error)
    }
  }

  /** A large answer would hold up what else goes over the socket. */
  #ask(cursor: string, isFirst: boolean, signal: AbortSignal): Promise<Sync> {
    const { client, door, limits } = this.#ports
    const isSmall = cursor !== '' && isFirst
    const input = { ...(cursor === '' ? {} : { cursor }), limit: limits.eventsMax }
    return door === 'socket' || (door === 'either' && isSmall)
      ? client.request('sync', input)
      : client.call('sync.get', input, { signal })
  }

  async #fillScreen(): Promise<void> {
    const { onScreen, onError } = this.#ports
    for (const id of onScreen()) await this.history.fill(id).catch(onError)
  }

  async #caughtUp(): Promise<void> {
    const { onError } = this.#ports
    this.#moved()
    this.changes.live()
    await this.#fillScreen()
    const isWanted = () => this.#rounds.isLive && !this.keeper.isOver
    await this.history.fillAhead(isWanted).catch(onError)
  }

  #moved(): void {
    this.#tabs.tell({ isOnline: this.#rounds.isLive })
    this.#ports.moved()
  }

  #heard(note: Note): void {
    if ('written' in note) {
      void this.keeper.run(async () => this.keeper.take(note.written))
    } else if ('watched' in note) this.watch.want(note.tab, note.watched)
    else if ('typing' in note) this.typists.heard(note.typing)
    else if ('presence' in note) this.watch.saw(note.presence)
    else if ('forgotten' in note) this.#ports.lost('forgotten')
    else if ('leads' in note) this.look(this.#people)
    else if ('came' in note) {
      if (this.#tabs.isLeading) this.#tabs.tell({ isOnline: this.#rounds.isLive })
    } else {
      this.#isOnline = note.isOnline
      this.#ports.moved()
    }
  }
}
