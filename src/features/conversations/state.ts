// What a process keeps of conversations.
import type { State } from '../../context.ts'
import { Directory } from './directory.ts'
import { MarkTeller } from './marks.ts'

export const directory: State<Directory> = {
  name: 'conversation directory',
  create: ({ sql, clock, log }) => new Directory(sql).start(clock, log),
  close: (kept) => kept.stop(),
}

export const markTeller: State<MarkTeller> = {
  name: 'moved read marks',
  create: (base) => new MarkTeller(base),
  close: (teller) => teller.close(),
}
