// What every store of a replica promises: one contract for all of them.
import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore } from '../../src/client/replica/memory.ts'
import { openSqliteStore } from '../../src/client/replica/sqlite.store.ts'
import { merged, type Batch, type Store } from '../../src/client/replica/store.ts'

const dir = mkdtempSync(join(tmpdir(), 'curlew-store-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let count = 0
const stores: Record<string, () => Promise<Store>> = {
  memory: async () => new MemoryStore(),
  sqlite: () => openSqliteStore(join(dir, `${++count}.db`)),
}

const keysIn = async (store: Store, space = 'a') =>
  (await store.list(space, '')).map(([key]) => key)

describe.each(Object.entries(stores))('the store in %s', (_, open) => {
  test('keeps what it is given, by space and in the order of keys', async () => {
    const store = await open()
    await store.write('a', {
      put: [
        ['m/2', { n: 2 }],
        ['m/1', [1, null]],
        ['z', 'end'],
        ['zz', new Uint8Array([0, 34, 255])],
      ],
    })
    await store.write('b', { put: [['m/1', 'another']] })
    expect(await store.list('a', 'm/')).toEqual([
      ['m/1', [1, null]],
      ['m/2', { n: 2 }],
    ])
    expect(await store.list('a', 'm/1')).toEqual([['m/1', [1, null]]])
    expect(await store.list('a', 'zz')).toEqual([['zz', new Uint8Array([0, 34, 255])]])
    await store.forget('a')
    expect([await keysIn(store), await keysIn(store, 'b')]).toEqual([[], ['m/1']])
    await store.close()
  })

  test('drops first and puts then, all in one, and says of a fence that does not hold', async () => {
    const store = await open()
    await store.write('a', {
      put: [
        ['m/1', 1],
        ['m/2', 2],
        ['n/1', 1],
        ['writer', 'me'],
      ],
    })
    const batch: Batch = { dropUnder: ['m/'], drop: ['n/1', 'none'], put: [['m/3', 3]] }
    expect(await store.write('a', batch, ['writer', 'another'])).toBe(false)
    expect(await keysIn(store)).toEqual(['m/1', 'm/2', 'n/1', 'writer'])
    expect(await store.write('a', batch, ['writer', 'me'])).toBe(true)
    expect(await keysIn(store)).toEqual(['m/3', 'writer'])
    await store.write('a', { isAll: true, put: [['only', 1]] })
    expect(await keysIn(store)).toEqual(['only'])
    await store.close()
  })
})

test('a file keeps it for the next run', async () => {
  const path = join(dir, 'kept.db')
  const first = await openSqliteStore(path)
  await first.write('a', { put: [['k', { deep: [1] }]] })
  await first.close()
  const again = await openSqliteStore(path)
  expect(await again.list('a', '')).toEqual([['k', { deep: [1] }]])
  await again.close()
})

test('two transactions as one are the two, one after the other', async () => {
  const batches: Batch[] = [
    {
      put: [
        ['m/1', 1],
        ['m/2', 2],
        ['n', 0],
      ],
    },
    { dropUnder: ['m/'], put: [['m/3', 3]] },
    { drop: ['m/3'], put: [['m/1', 'again']] },
    { isAll: true, put: [['m/4', 4]] },
  ]
  for (const first of batches) {
    for (const then of batches) {
      const [apart, together] = [new MemoryStore(), new MemoryStore()]
      for (const store of [apart, together])
        await store.write('a', {
          put: [
            ['m/0', 0],
            ['n', 1],
          ],
        })
      await apart.write('a', first)
      await apart.write('a', then)
      await together.write('a', merged(first, then))
      expect(await together.list('a', '')).toEqual(await apart.list('a', ''))
    }
  }
})
