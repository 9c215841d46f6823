// How an account wants to be notified, and a device of its own instead: in words or not, and when.
import { invalid } from '../../core/failure.ts'
import type { Sql, Tx } from '../../infra/db.ts'
import type { PushSettings } from '../../protocol/push.ts'
import { isTimeZone } from './quiet.ts'
import { findSettings, upsertSettings, type PushRow } from './push.store.ts'

export type { PushRow } from './push.store.ts'

/** No words of anybody's go over the servers of others until somebody wants that. */
export const pushDefaults: PushSettings = { preview: 'none', quiet_hours: null }

/** A question: what is wanted now. */
export async function readPushSettings(sql: Sql, user: number): Promise<PushSettings> {
  const row = await findSettings(sql, user)
  return row ? pushSettingsOf(row) : pushDefaults
}

/** A step: from the end of the transaction on it is wanted so. */
export async function writePushSettings(
  tx: Tx,
  user: number,
  settings: PushSettings,
): Promise<void> {
  checkPushSettings(settings, 'push')
  await upsertSettings(tx.sql, { user, settings, now: tx.now })
}

export function pushSettingsOf(row: PushRow): PushSettings {
  const { preview, quiet_from: from, quiet_to: to, time_zone } = row
  const isQuiet = from !== null && to !== null && time_zone !== null
  return { preview, quiet_hours: isQuiet ? { from, to, time_zone } : null }
}

/** What no schema says of it: hours that begin when they end are none, and zones have names. */
export function checkPushSettings({ quiet_hours: quiet }: PushSettings, field: string): void {
  if (!quiet) return
  if (quiet.from === quiet.to) throw invalid(`${field}.quiet_hours.to`, 'conflict')
  if (isTimeZone(quiet.time_zone)) return
  throw invalid(`${field}.quiet_hours.time_zone`, 'unknown_value')
}
