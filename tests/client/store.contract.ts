// What every store of a replica promises, for any runtime: no test runner is needed.
import { deepEqual, equal } from 'node:assert/strict'
import type { Batch, Store } from '../../src/client/replica/store.ts'

/** Opens a store; one and the same for the same name, where it keeps anything. */
export type Open = (name: string) => Promise<Store>

const keysIn = async (store: Store, space = 'a') =>
  (await store.list(space, '')).map(([key]) => key)

export const promises: Readonly<Record<string, (open: Open) => Promise<void>>> = {
  async 'keeps what it is given, by space and in the order of keys'(open) {
    const store = await open('spaces')
    await store.write('a', {
      put: [
        ['m/2', { n: 2 }],
        ['m/1', [1, null]],
        ['z', 'end'],
        ['zz', new Uint8Array([0, 34, 255])],
      ],
    })
    await store.write('b', { put: [['m/1', 'another']] })
    deepEqual(await store.list('a', 'm/'), [
      ['m/1', [1, null]],
      ['m/2', { n: 2 }],
    ])
    deepEqual(await store.list('a', 'm/1'), [['m/1', [1, null]]])
    deepEqual(await store.list('a', 'zz'), [['zz', new Uint8Array([0, 34, 255])]])
    await store.forget('a')
    deepEqual([await keysIn(store), await keysIn(store, 'b')], [[], ['m/1']])
    await store.close()
  },

  async 'drops first and puts then, all in one, and says of a fence that does not hold'(open) {
    const store = await open('fences')
    await store.write('a', {
      put: [
        ['m/1', 1],
        ['m/2', 2],
        ['n/1', 1],
        ['writer', 'me'],
      ],
    })
    const batch: Batch = { dropUnder: ['m/'], drop: ['n/1', 'none'], put: [['m/3', 3]] }
    equal(await store.write('a', batch, ['writer', 'another']), false)
    deepEqual(await keysIn(store), ['m/1', 'm/2', 'n/1', 'writer'])
    equal(await store.write('a', batch, ['writer', 'me']), true)
    deepEqual(await keysIn(store), ['m/3', 'writer'])
    await store.write('a', { isAll: true, put: [['only', 1]] })
    deepEqual(await keysIn(store), ['only'])
    await store.close()
  },
}

/** Of those that keep it in a file. */
export async function keepsForTheNextRun(open: Open): Promise<void> {
  const first = await open('kept')
  await first.write('a', { put: [['k', { deep: [1] }]] })
  await first.close()
  const again = await open('kept')
  deepEqual(await again.list('a', ''), [['k', { deep: [1] }]])
  await again.close()
}
