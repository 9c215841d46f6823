// Checks that time or chance decides: they belong to `npm run test:deep`, which has a machine to
// itself and may be repeated. `npm test` shows them as skipped, so that none of its verdicts hangs on
// how busy a machine is.
import { expect, test } from 'bun:test'

export const isDeep = process.env['DEEP'] === 'on'

/** A test that only `npm run test:deep` runs. */
export const deepTest = test.skipIf(!isDeep)

/** A bound on how long something took, looked at by `npm run test:deep` alone. */
export function expectWithin(tookMs: number, boundMs: number): void {
  if (isDeep) expect(tookMs).toBeLessThan(boundMs)
}
