// Steps for the worker and the operator: addresses that take no mail. Known by digest alone.
import { limits } from './limits.ts'
import type { Seal } from '../../core/seal.ts'
import type { Sql } from '../../infra/db.ts'
import { canonicalEmail } from '../people/policy.ts'
import { deleteDead, findDead, listDead, upsertDead } from './suppression.store.ts'

interface Parts {
  readonly sql: Sql
  readonly seal: Seal
}

/** `dead`: nothing may go there now. `doubtful`: it was dead, and the next mail will show. */
export async function stateOf(
  { sql, seal }: Parts,
  address: string,
  now: Date,
): Promise<'alive' | 'dead' | 'doubtful'> {
  const row = await findDead(sql, macOf(seal, address))
  if (!row) return 'alive'
  return row.until > now ? 'dead' : 'doubtful'
}

/** `reason` must not quote the address. */
export function bury(
  { sql, seal }: Parts,
  address: string,
  reason: string,
  now: Date,
): Promise<void> {
  const { deadFirstMs: firstMs, deadMaxMs: maxMs } = limits.mail
  return upsertDead(sql, { mac: macOf(seal, address), reason, now, firstMs, maxMs })
}

/** False when it was not among the dead. */
export function revive({ sql, seal }: Parts, address: string): Promise<boolean> {
  return deleteDead(sql, macOf(seal, address))
}

const shownMax = 1_000

/** What an operator sees: one line per address, a digest in place of its name. */
export async function describeDead(sql: Sql): Promise<string[]> {
  const rows = await listDead(sql, shownMax)
  return rows.map(({ address_mac: mac, reason, refusals, since, until }) =>
    [
      mac.toString('hex').slice(0, 16),
      reason,
      `refused ${refusals} ${refusals === 1 ? 'time' : 'times'}`,
      `since ${since.toISOString()}`,
      `until ${until.toISOString()}`,
    ].join('  '),
  )
}

function macOf(seal: Seal, address: string): Buffer {
  return seal.mac(`dead address ${canonicalEmail(address)}`)
}
