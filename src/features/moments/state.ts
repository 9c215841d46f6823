// What a process keeps of moments.
import type { State } from '../../context.ts'
import { limits } from './limits.ts'
import { Recent } from '../../core/recent.ts'

/** Pages for which the first way is left out, by reader: it failed a moment ago and would again. */
export type QuietReaders = Recent<number, number>

export const quietReaders: State<QuietReaders> = {
  name: 'quiet timelines',
  create: () => new Recent(limits.moments.quietReadersMax),
}
