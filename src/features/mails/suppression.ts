// The suppression list (bounce list): addresses that take no mail, known by digest alone. For the
// worker and the operator.
import { limits } from './limits.ts'
import type { Seal } from '../../core/seal.ts'
import type { Sql } from '../../infra/db.ts'
import { canonicalEmail } from '../people/policy.ts'
import {
  deleteSuppressed,
  findSuppressed,
  listSuppressed,
  upsertSuppressed,
} from './suppression.store.ts'

interface Parts {
  readonly sql: Sql
  readonly seal: Seal
}

/** `dead`: nothing may go there now. `doubtful`: it was dead, and the next mail will show. */
export async function suppressionOf(
  { sql, seal }: Parts,
  address: string,
  now: Date,
): Promise<'alive' | 'dead' | 'doubtful'> {
  const row = await findSuppressed(sql, macOf(seal, address))
  if (!row) return 'alive'
  return row.until > now ? 'dead' : 'doubtful'
}

/** `reason` must not quote the address. */
export function suppress(
  { sql, seal }: Parts,
  address: string,
  reason: string,
  now: Date,
): Promise<void> {
  const { suppressFirstMs: firstMs, suppressMaxMs: maxMs } = limits.mail
  return upsertSuppressed(sql, { mac: macOf(seal, address), reason, now, firstMs, maxMs })
}

/** False when it was not among the dead. */
export function unsuppress({ sql, seal }: Parts, address: string): Promise<boolean> {
  return deleteSuppressed(sql, macOf(seal, address))
}

const shownMax = 1_000

/** What an operator sees: one line per address, a digest in place of its name. */
export async function describeSuppressed(sql: Sql): Promise<string[]> {
  const rows = await listSuppressed(sql, shownMax)
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
