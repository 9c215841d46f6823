// The version of what may be said. A test pins the hash of every schema to the newest line here.

/** What this server speaks. */
export const currentVersion = 1

/** The oldest version whose clients this server still serves. */
export const oldestServedVersion = 1

interface VersionRow {
  readonly version: number
  /** Of all operations, frames, errors and closes; descriptions and examples do not count. */
  readonly hash: string
  /** Whether clients outside this repository may rely on it: a released line never changes. */
  readonly released: boolean
  readonly change: string
}

/** Newest last. */
export const history = [
  {
    version: 1,
    hash: '3d195a0a6c16fd0d37670d151389a5d7',
    released: false,
    change: 'The first version.',
  },
] as const satisfies readonly VersionRow[]
