// Rows of sessions as the wire shows them.
import type { Session } from '../../protocol/signin.ts'
import type { SessionRow } from './sessions.store.ts'

export function sessionView(row: SessionRow, current: number): Session {
  return {
    id: row.id,
    device_id: row.device_id,
    device_name: row.device_name,
    address: row.address,
    current: row.id === current,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at.toISOString(),
  }
}
