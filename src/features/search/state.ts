// What a node keeps of search: connections of its own, so that what is searched for at length delays
// nothing else, and plans that never read the whole table of slices, made once.
import type { State } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import { limits } from './limits.ts'

export const searchPool: State<Sql> = {
  name: 'connections of searches',
  create: (base) =>
    base.connect({
      connections: limits.search.connections,
      name: 'curlew search',
      settings: { enable_seqscan: 'off', plan_cache_mode: 'force_generic_plan' },
    }),
  close: (sql) => sql.end(),
}
