// What a process keeps of conversations.
import type { State } from '../../context.ts'
import { AudienceCache } from './audience-cache.ts'
import { Directory } from './directory.ts'
import { MarkTeller } from './marks.ts'

export const directory: State<Directory> = {
  name: 'conversation directory',
  create: ({ sql, clock, log }) => new Directory(sql).start(clock, log),
  close: (kept) => kept.stop(),
}

export const audienceCache: State<AudienceCache> = {
  name: 'audiences of small groups',
  create: ({ sql, log }) => new AudienceCache(sql, log),
}

export const markTeller: State<MarkTeller> = {
  name: 'moved read marks',
  create: (base) => new MarkTeller(base),
  close: (teller) => teller.close(),
}
