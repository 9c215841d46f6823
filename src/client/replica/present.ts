// Who is typing and who is there: known to whoever looks, and never kept.
import type { ServerData } from '../../protocol/frames.ts'
import type { Presence } from '../../protocol/presence.ts'
import type { Clock } from '../ports.ts'

export type Typist = Pick<ServerData<'typing'>, 'user_id' | 'nickname'>

/** Forgotten when nothing more is heard, or something is said. */
export class Typists {
  readonly #typing = new Map<number, Map<string, { nickname: string; stop: () => void }>>()

  constructor(
    private readonly clock: Clock,
    private readonly typingMs: number,
    private readonly changed: (conversation: number) => void,
  ) {}

  heard({ conversation_id: id, user_id, nickname }: ServerData<'typing'>): void {
    const there = this.#typing.get(id) ?? new Map()
    this.#typing.set(id, there)
    there.get(user_id)?.stop()
    const stop = this.clock.after(this.typingMs, () => this.said(id, user_id))
    there.set(user_id, { nickname, stop })
    this.changed(id)
  }

  said(conversation: number, user_id: string): void {
    const there = this.#typing.get(conversation)
    const typist = there?.get(user_id)
    if (!there || !typist) return
    typist.stop()
    there.delete(user_id)
    if (there.size === 0) this.#typing.delete(conversation)
    this.changed(conversation)
  }

  in(conversation: number): Typist[] {
    const there = this.#typing.get(conversation) ?? []
    return [...there].map(([user_id, { nickname }]) => ({ user_id, nickname }))
  }

  stop(): void {
    for (const there of this.#typing.values()) for (const { stop } of there.values()) stop()
    this.#typing.clear()
  }
}

export interface WatchPorts {
  /** How many one socket may watch. */
  readonly watchedMax: number
  /** Asks the server; nothing where there is no line. */
  watch(people: readonly string[]): Promise<Readonly<Record<string, Presence>> | undefined>
  changed(): void
}

/** One socket watches for all tabs. */
export class Watch {
  readonly #ports: WatchPorts
  readonly #seen = new Map<string, Presence>()
  /** Whom each tab looks at. */
  readonly #wanted = new Map<string, readonly string[]>()
  #asked = ''

  constructor(ports: WatchPorts) {
    this.#ports = ports
  }

  of(person: string): Presence | undefined {
    return this.#seen.get(person)
  }

  want(tab: string, people: readonly string[]): void {
    if (people.length > 0) this.#wanted.set(tab, people)
    else this.#wanted.delete(tab)
    this.ask()
  }

  /** `isNew`: the socket is another one, and watches nobody yet. */
  ask(isNew = false): void {
    const all = [...new Set([...this.#wanted.values()].flat())].slice(0, this.#ports.watchedMax)
    const people = all.toSorted()
    if (isNew) this.#asked = ''
    if (people.join() === this.#asked) return
    this.#asked = people.join()
    this.#ports.watch(people).then(
      (seen) => seen && this.saw(seen),
      // Asked again with the next line.
      () => (this.#asked = ''),
    )
  }

  saw(seen: Readonly<Record<string, Presence>>): void {
    for (const [person, presence] of Object.entries(seen)) this.#seen.set(person, presence)
    const wanted = new Set([...this.#wanted.values()].flat())
    for (const person of this.#seen.keys()) if (!wanted.has(person)) this.#seen.delete(person)
    this.#ports.changed()
  }

  /** Nobody is known to be there any more. */
  lost(): void {
    this.#seen.clear()
    this.#asked = ''
    this.#ports.changed()
  }
}
