// What there is to see of an account, each as something to subscribe to.
import type { Favorite } from '../../protocol/favorites.ts'
import type { Block, Friend, FriendRequest } from '../../protocol/friends.ts'
import type { GroupInvitation } from '../../protocol/groups.entry.ts'
import type { GroupMember, JoinRequest } from '../../protocol/groups.members.ts'
import type { Message } from '../../protocol/messages.ts'
import type { Me } from '../../protocol/people.ts'
import type { Presence } from '../../protocol/presence.ts'
import type { ScheduledMessage } from '../../protocol/scheduled.ts'
import type { Settings } from '../../protocol/settings.ts'
import type { Account } from './account.ts'
import type { Change } from './change.ts'
import { keys, under, type Conversation, type Talk } from './keys.ts'
import type { Typist } from './present.ts'
import { Members, Screen, type Timeline } from './screen.ts'
import { activityOf, Views } from './views.ts'
import { View, type Observable } from './view.ts'

export interface Standing {
  /** `opening`: what is kept is being read. `stopped`: nobody is signed in, or `close()` was called. */
  readonly state: 'opening' | 'behind' | 'live' | 'stopped'
  /** This tab connects and writes; the others hear from it. */
  readonly isLeading: boolean
}

export interface TimelineView extends Observable<Timeline> {
  /** Shows older ones, a page of them, which needs a network. */
  more(): Promise<void>
}

interface LookPorts {
  /** Views that nobody looks at, kept for when somebody looks again. */
  readonly idleViewsMax: number
  onError(error: unknown): void
}

export abstract class Looks {
  protected readonly views: Views
  /** Of whoever is signed in. */
  protected account: Account | undefined
  readonly #ports: LookPorts

  constructor(ports: LookPorts) {
    this.#ports = ports
    this.views = new Views(ports.idleViewsMax)
  }

  /** Where it stands. */
  state(): Observable<Standing> {
    return this.#view('state', null, () => this.#standing())
  }

  /** Pinned first, then by last activity. */
  conversations(
    which: 'active' | 'archived' | 'all' = 'active',
  ): Observable<readonly Conversation[]> {
    return this.#view(`conversations ${which}`, under.conversations, () => {
      const all = this.#under<Talk>(under.conversations).map(({ view }) => this.#shown(view))
      return all
        .filter(({ is_archived }) => which === 'all' || is_archived === (which === 'archived'))
        .toSorted(
          (a, b) => Number(b.is_pinned) - Number(a.is_pinned) || activityOf(b) - activityOf(a),
        )
    })
  }

  conversation(id: number): Observable<Conversation | undefined> {
    const compute = () => {
      const talk = this.#talk(id)
      return talk && this.#shown(talk.view)
    }
    return this.#view(`conversation ${id}`, keys.conversation(id), compute)
  }

  /** What waits to be changed, and what was refused: see `change`. */
  changes(): Observable<readonly Change[]> {
    const compute = (): readonly Change[] => this.account?.changes.pending ?? []
    return this.#view('changes', under.changes, compute)
  }

  /** What was said there, and what waits to be. */
  timeline(id: number): TimelineView {
    return this.views.get(`timeline ${id}`, () => this.#screen(id))
  }

  /** Who is in a group, higher roles first; of one with more than a thousand the first of them. */
  members(id: number): Observable<readonly GroupMember[]> {
    const fill = () => this.#fill((account) => account.history.fillMembers(id))
    return this.views.get(`members ${id}`, () => new Members({ ...this.#shelf(id), fill })).view
  }

  friends(): Observable<readonly Friend[]> {
    return this.#list<Friend>(under.friends)
  }

  requests(): Observable<readonly FriendRequest[]> {
    return this.#list<FriendRequest>(under.requests)
  }

  blocks(): Observable<readonly Block[]> {
    return this.#list<Block>(under.blocks)
  }

  invitations(): Observable<readonly GroupInvitation[]> {
    return this.#list<GroupInvitation>(under.invitations)
  }

  /** Who asks to come into groups of mine where I answer, and what I have asked for. */
  joinRequests(): Observable<readonly JoinRequest[]> {
    return this.#list<JoinRequest>(under.joinRequests)
  }

  /** What I keep of what was said, kept last first. One that waits to be kept is not among them yet. */
  favorites(): Observable<readonly Favorite[]> {
    return this.#view('favorites', under.favorites, () => {
      const all = this.#under<Favorite>(under.favorites).flatMap((each) => {
        const shown = this.account?.changes.shown.favorite(each)
        return shown && !this.account?.ends.isOver(shown.message) ? [shown] : []
      })
      return all.toSorted((a, b) => b.id - a.id)
    })
  }

  /** What I have scheduled and is not sent, and what failed; the next one first. */
  scheduled(): Observable<readonly ScheduledMessage[]> {
    return this.#view('scheduled', under.scheduled, () =>
      this.#under<ScheduledMessage>(under.scheduled)
        .filter((each) => this.account?.changes.shown.isScheduled(each))
        .toSorted((a, b) => a.send_at.localeCompare(b.send_at) || a.id - b.id),
    )
  }

  me(): Observable<Me | undefined> {
    return this.#view('me', keys.me, () => this.account?.keeper.picture.get<Me>(keys.me))
  }

  settings(): Observable<Settings | undefined> {
    const compute = () => this.account?.keeper.picture.get<Settings>(keys.settings)
    return this.#view('settings', keys.settings, compute)
  }

  /** Who is typing there. */
  typing(id: number): Observable<readonly Typist[]> {
    const compute = (): readonly Typist[] => this.account?.typists.in(id) ?? []
    return this.#view(`typing ${id}`, null, compute)
  }

  /** Who of these is there, as far as it is known; watched while somebody looks. */
  presence(ids: readonly string[]): Observable<ReadonlyMap<string, Presence>> {
    const people = [...new Set(ids)].toSorted()
    const make = () => ({
      view: new View<ReadonlyMap<string, Presence>>({
        compute: () => {
          const seen = people.map((id) => [id, this.account?.watch.of(id)] as const)
          return new Map(seen.flatMap(([id, is]) => (is ? [[id, is] as const] : [])))
        },
        looked: () => this.look(),
        onError: this.#ports.onError,
      }),
    })
    return this.views.get(`presence ${people.join()}`, make).view
  }

  protected screenOf(id: number): Screen | undefined {
    return this.views.find<Screen>(`timeline ${id}`)
  }

  /** Whom somebody looks at, told to whoever watches them. */
  protected look(): void {
    const people = this.views.seen('presence ').flatMap((names) => names.split(','))
    this.account?.look([...new Set(people)].filter((each) => each !== ''))
  }

  #standing(): Standing {
    const account = this.account
    if (!account) return { state: 'stopped', isLeading: false }
    const state = !account.isOpen ? 'opening' : account.isLive ? 'live' : 'behind'
    return { state, isLeading: account.isLeading }
  }

  /** `prefix`: under what it is kept, if it is. */
  #view<T>(name: string, prefix: string | null, compute: () => T): Observable<T> {
    const kept = prefix === null ? {} : { prefix }
    const make = () => ({ ...kept, view: new View<T>({ compute, onError: this.#ports.onError }) })
    return this.views.get(name, make).view
  }

  #list<T>(prefix: string): Observable<readonly T[]> {
    return this.#view(prefix, prefix, (): readonly T[] => this.#under<T>(prefix))
  }

  #under<T>(prefix: string): T[] {
    return this.account?.keeper.picture.under<T>(prefix) ?? []
  }

  #shown(view: Conversation): Conversation {
    const { account } = this
    return account?.changes.shown.conversation(view, account.me) ?? view
  }

  #talk(id: number): Talk | undefined {
    return this.account?.keeper.picture.get<Talk>(keys.conversation(id))
  }

  #screen(id: number): Screen {
    const shelf = this.#shelf(id)
    const living = (all: readonly Message[]) => this.account?.ends.living(all) ?? []
    return new Screen({
      ...shelf,
      messages: async (prefix) =>
        living((await shelf.list<Message>(prefix)).map(([, said]) => said)),
      talk: () => this.#talk(id),
      shown: () => this.account?.changes.shown,
      waiting: () => this.account?.sender.waitingIn(this.#talk(id)?.view) ?? [],
      fill: () => this.#fill((account) => account.history.fill(id)),
      older: async (before) => {
        const page = await this.account?.history.older(id, before)
        return page ? { ...page, list: living(page.list) } : { list: [], has_more: true }
      },
    })
  }

  #shelf(conversation: number) {
    return {
      conversation,
      list: async <T>(prefix: string) => {
        const { keeper } = this.account ?? {}
        return (await keeper?.run(() => keeper.list<T>(prefix))) ?? []
      },
      onError: this.#ports.onError,
    }
  }

  /** Only where there is a line: without one what is kept is all there is. */
  async #fill(read: (account: Account) => Promise<void>): Promise<void> {
    if (this.account?.isLive) await read(this.account)
  }
}
