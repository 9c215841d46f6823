// What statements of other features see of a file.
import type { Sql } from '../../infra/db.ts'
import { mediaPrefix } from '../../protocol/paths.ts'

type Part = ReturnType<Sql>

const ours = `^${mediaPrefix}[1-9][0-9]{0,15}$`

/** The name with which the file of a message was uploaded; null where it holds none of ours. */
export const fileName = (sql: Sql, type: Part, url: Part) => sql`
  case when ${type} between 2 and 5 and ${url} ~ ${ours} then (
    select filename from media where id = substr(${url}, ${mediaPrefix.length + 1})::bigint) end`
