// A step of signing in: a mail to the owner when it came from where they never were before.
import type { Caller } from '../../core/actor.ts'
import { limits } from './limits.ts'
import { cut } from '../../core/graphemes.ts'
import { neighbourhoodOf } from '../../core/network-place.ts'
import type { Seal } from '../../core/seal.ts'
import type { Tx } from '../../infra/db.ts'
import { rememberDevice, trimDevices } from './devices.store.ts'
import { notice } from '../mails/notices.ts'
import type { UserRow } from '../people/accounts.ts'

/**
 * What a device is known by: the same kind of program from the same neighbourhood of the network.
 * Only an HMAC of the two is kept.
 */
export function deviceMark(seal: Seal, user: number, caller: Caller): Buffer {
  const where = `${programOf(caller.userAgent)} ${neighbourhoodOf(caller.address)}`
  return seal.mac(`device ${user} ${where}`)
}

/**
 * The very first sign-in tells nobody anything new. The caller holds the lock on the account, so
 * that of two first sign-ins at once one is the first.
 */
export async function noteDevice(tx: Tx, user: UserRow, caller: Caller): Promise<void> {
  const now = tx.now
  const mark = deviceMark(tx.seal, user.id, caller)
  const { isNew, isFirst } = await rememberDevice(tx.sql, user.id, mark, now)
  if (!isNew || isFirst) return
  await trimDevices(tx.sql, user.id, limits.sessions.knownDevicesMax)
  notice(tx, user, 'newDevice', {
    nickname: user.nickname,
    device: cut(caller.userAgent, limits.sessions.deviceNameMax),
    address: caller.address,
    at: now.toISOString(),
  })
}

/** Without versions: an update is no new device. */
export function programOf(userAgent: string): string {
  return userAgent
    .slice(0, 512)
    .toLowerCase()
    .replaceAll(/[\d._]+/g, '')
}
