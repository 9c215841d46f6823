// Whom a message in a small group is for, known without asking: an LRU cache of each group's members as they
// were at some version. The statement that stores a message says which version that was, from the row it had
// locked; so what is remembered is either exactly right or not used.
import type { Log } from '../../core/log.ts'
import { Loader } from '../../core/loader.ts'
import { Recent } from '../../core/recent.ts'
import type { Sql } from '../../infra/db.ts'
import { hearersOf, type People } from './audience.ts'
import { limits } from './limits.ts'
import { listMemberships } from './members.store.ts'

interface Remembered {
  readonly version: string | null
  /** Null for a channel. */
  readonly audience: People | null
}

export class AudienceCache {
  readonly #groups = new Recent<number, Remembered>(limits.cache.audiencesMax)
  readonly #loader: Loader<number, Remembered>

  constructor(
    sql: Sql,
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
