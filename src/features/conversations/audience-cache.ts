// Whom a message in a small group is for, known without asking: an LRU cache of each group's members as they
// were at some version. The statement that stores a message says which version that was, from the row it had
// locked; so what is remembered is either exactly right or not used.
import type { Log } from '../../core/log.ts'
import { Loader } from '../../core/loader.ts'
import { Recent } from '../../core/recent.ts'
import type { Sql } from '../../infra/db.ts'
import { hearersOf, type Addressed, type People } from './audience.ts'
import { limits } from './limits.ts'
import { listMemberships } from './members.store.ts'

interface Remembered {
  readonly version: string | null
  /** Null for a channel. */
  readonly audience: People | null
}

/** A message of which is asked whom it is for. */
export interface Said extends Addressed {
  readonly seq: number
  /** What its group's members had when it was stored; absent: as they are now. */
  readonly version?: string | null | undefined
}

export class AudienceCache {
  readonly #groups = new Recent<number, Remembered>(limits.cache.audiencesMax)
  readonly #loader: Loader<number, Remembered>

  constructor(
    private readonly sql: Sql,
    private readonly log: Log,
  ) {
    this.#loader = new Loader((ids: number[]) => load(sql, ids))
  }

  /** Null when they are not known: then they are looked up for the next message. */
  hearers(group: number, version: string | null, seq: number): readonly number[] | null {
    const known = this.#groups.get(group)
    if (known?.version === version) return known.audience && hearersOf(known.audience, seq)
    this.#look(group)
    return null
  }

  /**
   * Whom each is for; null: a channel. Those it was stored for where they are remembered, else those who are
   * in it now: one question for all groups of which that is so.
   */
  async hearersOfAll(said: readonly Said[]): Promise<(readonly number[] | null)[]> {
    const asked = new Set<number>()
    for (const each of said) {
      if (typeof each.to === 'number' && !this.#known(each)) asked.add(each.conversation)
    }
    const found = asked.size > 0 ? await load(this.sql, [...asked]) : null
    for (const [group, now] of found ?? []) this.#groups.set(group, now)
    return said.map(({ conversation, to, seq, version }) => {
      if (typeof to !== 'number') return to
      const now = found?.get(conversation) ?? this.#known({ conversation, version })
      if (!now) return []
      return now.audience && hearersOf(now.audience, seq)
    })
  }

  #known({
    conversation,
    version,
  }: Pick<Said, 'conversation' | 'version'>): Remembered | undefined {
    const known = version === undefined ? undefined : this.#groups.get(conversation)
    return known?.version === version ? known : undefined
  }

  #look(group: number): void {
    this.#loader.get(group).then(
      (found) => found && this.#groups.set(group, found),
      (err: unknown) => this.log.debug({ err }, 'the members of a group could not be looked up'),
    )
  }
}

async function load(sql: Sql, ids: readonly number[]): Promise<Map<number, Remembered>> {
  const rows = await listMemberships(sql, ids)
  return new Map(
    rows.map(({ id, version, is_channel, members: people, since }) => [
      id,
      { version, audience: is_channel ? null : { people, since } },
    ]),
  )
}
