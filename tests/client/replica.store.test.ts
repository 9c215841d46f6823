// What every store of a replica promises: one contract for all of them.
import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore } from '../../src/client/replica/memory.ts'
import { openSqliteStore } from '../../src/client/replica/sqlite.store.ts'
import { merged, type Batch } from '../../src/client/replica/store.ts'
import { run } from '../../src/local/child.ts'
import { rootDir } from '../../src/local/paths.ts'
import { keepsForTheNextRun, promises, type Open } from './store.contract.ts'

const dir = mkdtempSync(join(tmpdir(), 'curlew-store-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let count = 0
const stores: Record<string, () => Open> = {
  memory: () => async () => new MemoryStore(),
  sqlite: () => {
    const turn = ++count
    return (name) => openSqliteStore(join(dir, `${name}-${turn}.db`))
  },
}

describe.each(Object.entries(stores))('the store in %s', (_, opener) => {
  test.each(Object.entries(promises))('%s', (__, holds) => holds(opener()))
})

test('a file keeps it for the next run', () => keepsForTheNextRun(stores['sqlite']!()))

/** Node from 22.5 has an SQLite of its own. */
const node = Bun.which('node')
const hasSqlite = node !== null && Bun.spawnSync([node, '-e', 'require("node:sqlite")']).success

test.skipIf(!hasSqlite)('the store in a file keeps all of that in Node', async () => {
  const entrypoints = [join(import.meta.dir, 'node-store.ts')]
  const { outputs } = await Bun.build({ entrypoints, target: 'node', external: ['bun:sqlite'] })
  const [script, own] = [join(dir, 'store.mjs'), join(dir, 'node')]
  mkdirSync(own)
  writeFileSync(script, await outputs[0]!.text())
  const ended = await run({ command: node!, args: [script, own], cwd: rootDir })
  expect({ code: ended.code, tail: ended.code === 0 ? [] : ended.tail }).toEqual({
    code: 0,
    tail: [],
  })
  // Between its warnings that this is experimental.
  const said = ended.tail.find((line) => line.startsWith('{')) ?? ''
  expect(JSON.parse(said).kept).toEqual([...Object.keys(promises), 'keepsForTheNextRun'])
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
