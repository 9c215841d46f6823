// What a process keeps of sessions.
import type { State } from '../../context.ts'
import { Loader } from '../../core/loader.ts'
import { findLiveSessions, type LiveSession } from './sessions.store.ts'

/** Live sessions by id: of many requests at once, one question. */
export const liveSessions: State<Loader<number, LiveSession>> = {
  name: 'live sessions',
  create: ({ sql }) => new Loader((ids: number[]) => findLiveSessions(sql, ids)),
}
