// The time of day may jump; what is measured to wait by may not.
import { afterEach, expect, test } from 'bun:test'
import { CurlewError } from '../../src/client/error.ts'
import { defaults } from '../../src/client/limits.ts'
import { Outbox, type Outgoing } from '../../src/client/outbox.ts'
import { systemClock } from '../../src/client/ports.ts'
import { Vault } from '../../src/client/vault.ts'

const timeOfDay = Date.now
afterEach(() => void (Date.now = timeOfDay))

test.each([-3_600_000, 3_600_000])('the clock put right by %d ms moves no wait', (shift) => {
  const before = systemClock.now()
  Date.now = () => timeOfDay() + shift
  const passed = systemClock.now() - before
  expect(passed).toBeGreaterThanOrEqual(0)
  expect(passed).toBeLessThan(Math.abs(shift))
})

test('a send refused for the moment goes out when its pause is over, whatever the clock says', async () => {
  let refusals = 1
  const ports = {
    clock: systemClock,
    limits: defaults,
    random: () => 0,
    restInstead: () => false,
    rest: () => Promise.reject(new Error('no line')),
    doubt: () => {},
    sent: () => {},
    failed: () => {},
  }
  const socket = ({ client_msg_id }: Outgoing) => {
    queueMicrotask(() => {
      if (refusals-- > 0) {
        const busy = { reason: 'refused', code: 5030, msg: '', retryable: true } as const
        outbox.refused(client_msg_id, new CurlewError({ ...busy, retryAfter: 0.05 }))
        Date.now = () => timeOfDay() - 3_600_000
      } else outbox.acked({ id: 1, conversation_id: 1, seq: 1, client_msg_id, created_at: '' })
    })
    return true
  }
  const vault = new Vault<Outgoing[]>({
    storage: undefined,
    key: 'key',
    clock: systemClock,
    deadlineMs: defaults.storageMs,
    state: () => {},
    onError: () => {},
  })
  const outbox: Outbox = new Outbox({ ...ports, socket }, vault)
  void outbox.load()
  const client_msg_id = crypto.randomUUID()
  const message = { conversation_id: 1, message_type: 1, content: 'later', client_msg_id }
  expect(await outbox.add(message)).toMatchObject({ seq: 1 })
})
