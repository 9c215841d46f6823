// The watchdog makes a worker anew that stays idle over waiting jobs, and leaves others alone.
import { expect, test } from 'bun:test'
import type { BaseContext } from '../../src/context.ts'
import { createLog } from '../../src/core/log.ts'
import type { QueueName } from '../../src/infra/queues.ts'
import { Watchdog, type Watched } from '../../workers/watchdog.ts'

class Worker implements Watched {
  begun = 0
  active = 0
  rebuilt = 0
  constructor(readonly queue: QueueName) {}
  async rebuild(): Promise<void> {
    this.rebuilt++
  }
}

function watch(waiting: Record<QueueName, number>, workers: readonly Worker[]) {
  const depth = (name: QueueName) => ({ waiting: waiting[name], delayed: 0, active: 0, failed: 0 })
  const ctx = {
    log: createLog('silent', 'test'),
    queues: {
      depths: async () => ({
        delivery: depth('delivery'),
        fanout: depth('fanout'),
        push: depth('push'),
        email: depth('email'),
      }),
    },
  } as unknown as BaseContext
  return new Watchdog(ctx, () => workers)
}

const none = { delivery: 0, fanout: 0, push: 0, email: 0, media: 0, maintenance: 0 }

test('idle over waiting jobs for three looks after the first: made anew, once', async () => {
  const worker = new Worker('delivery')
  const dog = watch({ ...none, delivery: 5 }, [worker])
  for (let look = 0; look < 3; look++) await dog.look()
  expect(worker.rebuilt).toBe(0)
  await dog.look()
  expect(worker.rebuilt).toBe(1)
  for (let look = 0; look < 3; look++) await dog.look()
  expect(worker.rebuilt).toBe(1)
})

test('one that begins jobs, works on one, or has nothing to do is left alone', async () => {
  const [busy, long, calm] = [new Worker('delivery'), new Worker('push'), new Worker('email')]
  const dog = watch({ ...none, delivery: 5, push: 5 }, [busy, long, calm])
  long.active = 1
  for (let look = 0; look < 10; look++) {
    busy.begun++
    await dog.look()
  }
  expect([busy.rebuilt, long.rebuilt, calm.rebuilt]).toEqual([0, 0, 0])
})
