// Where the people of a node stand in conversations, bounded: what was silent for long is forgotten.

/**
 * By conversation, then by person, for a message is for several people, and looking up two numbers costs less
 * than making a key of both. Two generations, as in core/recent, counted by the people in them.
 */
export class Positions<T> {
  #young = new Map<number, Map<number, T>>()
  #youngSize = 0
  #old = new Map<number, Map<number, T>>()

  /** Holds at least half of `sizeMax` positions of those conversations that were spoken in last. */
  constructor(private readonly sizeMax: number) {}

  get(conversation: number, user: number): T | undefined {
    return this.#of(conversation)?.get(user)
  }

  set(conversation: number, user: number, position: T): void {
    const known = this.#of(conversation)
    const people = known ?? new Map<number, T>()
    if (!known) this.#young.set(conversation, people)
    if (!people.has(user)) this.#youngSize++
    people.set(user, position)
    if (this.#youngSize >= this.sizeMax / 2) this.#begin()
  }

  #of(conversation: number): Map<number, T> | undefined {
    const young = this.#young.get(conversation)
    if (young) return young
    const old = this.#old.get(conversation)
    if (!old) return undefined
    this.#old.delete(conversation)
    this.#young.set(conversation, old)
    this.#youngSize += old.size
    return old
  }

  /** A new generation. */
  #begin(): void {
    this.#old = this.#young
    this.#young = new Map()
    this.#youngSize = 0
  }
}
