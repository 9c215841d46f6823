// The first argument tells the level, and each feature goes by one clock.
import { expect, test } from 'bun:test'
import { sources } from './sources.ts'

const all = await sources(['src', 'workers'])
const features = all.filter(({ path }) => path.startsWith('src/features/'))

test('a lock is taken in a transaction', () => {
  // It holds one lock for all of its connection's life, and gives it back itself.
  const bySession = 'src/infra/migrate.ts'
  const broken = all.flatMap(({ path, text }) =>
    functionsOf(text)
      .filter(({ body }) => /\bfor (no key |key )?(update|share)\b|pg_advisory/.test(body))
      .filter(({ head }) => !/\b(tx: Tx|sql: TxSql)\b/.test(head))
      .filter(({ body }) => path !== bySession && !writesWhatItLocks(body))
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

/** A docstring, the name of its function and the arguments. */
const documented =
  /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\n(?:export )?(?:async )?function (\w+)[^(]*\(([^)]*)/g

test('what calls itself a step takes a transaction, what calls itself a question does not', () => {
  const named = features
    .flatMap(({ path, text }) =>
      [...text.matchAll(documented)].map(([, doc = '', name, head = '']) => ({
        kind: /^\s*(?:\* )?A (step|question)\b/.exec(doc)?.[1],
        where: `${path}: ${name}`,
        head,
      })),
    )
    .filter(({ kind }) => kind !== undefined)
  expect(named.length).toBeGreaterThan(15)
  const broken = named.filter(
    ({ kind, head }) => /^\s*(tx: Tx|sql: TxSql)\b/.test(head) !== (kind === 'step'),
  )
  expect(broken.map(({ where }) => where)).toEqual([])
})

test('conversations, messages and groups go by the clock of Postgres, all else by the injected one', () => {
  const byPostgres = /^src\/features\/(conversations|messages|groups)\//
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

/** One statement that writes, and needs its lock no longer than it runs. */
const writesWhatItLocks = (body: string) =>
  /\b(update \w+( \w+)?\s+set|insert into|delete from)\b/.test(body) &&
  body.match(/\b(await|return) \w*(sql|connection)\b/g)?.length === 1

/** Every function of a module, as far as one can read without a parser: head and body. */
function functionsOf(text: string): { name: string; head: string; body: string }[] {
  return [...text.matchAll(/^(?:export )?(?:async )?function (\w+)([^{]*\{?)([\s\S]*?)^\}/gm)].map(
    ([, name = '', head = '', body = '']) => ({ name, head, body }),
  )
}
