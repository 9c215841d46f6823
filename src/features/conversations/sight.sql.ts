// Conditions on a member's row `m` that other statements share.
import type { Sql } from '../../infra/db.ts'

/** They have muted the conversation, and that has not ended. */
export const isMuted = (sql: Sql) => sql`
  (m.is_muted and (m.quiet_until is null or m.quiet_until > now()))`
