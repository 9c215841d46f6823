// The first argument tells the level, and each feature goes by one clock.
import { expect, test } from 'bun:test'
import { sources } from './sources.ts'

const all = await sources(['src', 'workers'])

test('a lock is taken in a transaction', () => {
  // Each of these is one statement that needs its lock no longer than it runs.
  const alone = new Set([
    'commitBatch',
    'moveReadMark',
    'leaveSome',
    'closePairs',
    'expireSome',
    'takeAttempts',
  ])
  const broken = all.flatMap(({ path, text }) =>
    functionsOf(text)
      .filter(({ body }) => /\bfor (no key |key )?(update|share)\b|pg_advisory/.test(body))
      .filter(({ name, head }) => !alone.has(name) && !/\b(tx: Tx|sql: TxSql)\b/.test(head))
      .filter(() => path.startsWith('src/features/'))
      .map(({ name }) => `${path}: ${name} locks on the pool`),
  )
  expect(broken).toEqual([])
})

test('the first argument tells the level: nothing takes a context and a transaction', () => {
  const broken = all.flatMap(({ path, text }) =>
    functionsOf(text)
      .filter(({ head }) => /\bctx: \w*Context\b/.test(head) && /\btx: Tx\b/.test(head))
      .map(({ name }) => `${path}: ${name}`),
  )
  expect(broken).toEqual([])
})

test('conversations and messages go by the clock of Postgres, all else by the injected one', () => {
  const byPostgres = /^src\/features\/(conversations|messages)\//
  const stores = all.filter(({ path }) =>
    /^src\/features\/.*\.(store|sql)\.ts$|\/store\.ts$/.test(path),
  )
  const broken = stores.filter(
    ({ path, text }) =>
      (/\bnow\(\)/.test(text) && !byPostgres.test(path)) ||
      (/\$\{now\}/.test(text) && byPostgres.test(path)),
  )
  expect(broken.map(({ path }) => path)).toEqual([])
})

/** Every function of a module, as far as one can read without a parser: head and body. */
function functionsOf(text: string): { name: string; head: string; body: string }[] {
  return [...text.matchAll(/^(?:export )?(?:async )?function (\w+)([^{]*\{?)([\s\S]*?)^\}/gm)].map(
    ([, name = '', head = '', body = '']) => ({ name, head, body }),
  )
}
