// Who may import whom: the table of the architecture, and no circles.
import { expect, test } from 'bun:test'
import { features } from '../../src/features/all.ts'
import { importsOf, sources, type Source } from './sources.ts'

type Rule = { readonly from: RegExp; readonly may: readonly RegExp[] }

const core = /^src\/core\//
const protocol = /^src\/protocol\//
const texts = /^src\/texts\//
const context = /^src\/(context|config(\.(media|push))?)\.ts$/
/** What a feature may know of infra: transactions, and the ports' types and promises. */
const portNames = [
  'after-commit',
  'courier',
  'db',
  'limiter',
  'limits',
  'mail',
  'media/derived',
  'media/kind',
  'metrics',
  'outbox',
  'push',
  'queues',
  'redis',
  'registry',
  'relay',
  'storage',
]
const ports = new RegExp(`^src/infra/(${portNames.join('|')})\\.ts$`)

/** Why jobs fail: what the board may show of it. */
const reasons = /^src\/infra\/reasons\.ts$/

/** First match decides. Packages are checked below, by what they are for. */
const rules: readonly Rule[] = [
  { from: /^src\/protocol\//, may: [protocol] },
  { from: /^src\/client\//, may: [/^src\/client\//, protocol] },
  { from: /^src\/texts\//, may: [texts, protocol, /^src\/core\/actor\.ts$/] },
  { from: /^src\/core\//, may: [core, /^src\/protocol\/errors\.ts$/] },
  { from: /^src\/settings\.ts$/, may: [] },
  {
    from: /^src\/config(\.(media|push))?\.ts$/,
    may: [/^src\/(settings|config\.(media|push))\.ts$/],
  },
  { from: /^src\/infra\//, may: [/^src\/infra\//, core, protocol, context] },
  {
    from: /^src\/features\//,
    may: [/^src\/features\//, core, protocol, texts, context, ports, reasons],
  },
  {
    from: /^src\/http\//,
    may: [
      /^src\/http\//,
      /^src\/features\//,
      core,
      protocol,
      texts,
      context,
      ports,
      /^src\/(advice|infra\/proxies)\.ts$/,
    ],
  },
  {
    from: /^src\/socket\//,
    may: [/^src\/socket\//, /^src\/features\//, core, protocol, texts, context, ports],
  },
  {
    from: /^workers\//,
    may: [
      /^workers\//,
      /^src\/features\//,
      core,
      protocol,
      texts,
      /^src\/infra\//,
      context,
      /^src\/(boot|process)\.ts$/,
    ],
  },
  // It knows the names of the settings, and nothing else of the server.
  { from: /^src\/local\//, may: [/^src\/local\//, /^src\/(config|settings)\.ts$/] },
]

/**
 * What a feature shows to those above it: its verbs, policies and conditions (`sight.sql.ts`), not
 * its rooms.
 */
const inner = /\/(\w+\.)?(store|view)\.ts$/

const all = await sources(['src', 'workers'])

test('imports follow the table', () => {
  const broken: string[] = []
  for (const source of all) {
    const rule = rules.find((each) => each.from.test(source.path))
    if (!rule) continue
    for (const target of source.imports) {
      if (!rule.may.some((each) => each.test(target))) {
        broken.push(`${source.path} may not import ${target}`)
      }
    }
  }
  expect(broken).toEqual([])
})

test('what runs imports nothing of what only writes, tests or measures it', () => {
  const outside = /^(docs|tests|bench|scripts)\//
  const broken = all.flatMap(({ path, imports }) =>
    imports.filter((each) => outside.test(each)).map((each) => `${path} may not import ${each}`),
  )
  expect(broken).toEqual([])
})

test('features call down, and only each other’s verbs', () => {
  const broken: string[] = []
  for (const source of all) {
    const mine = featureOf(source.path)
    if (mine === null) continue
    for (const target of source.imports) {
      const theirs = featureOf(target)
      if (theirs === null || theirs === mine) continue
      if (!usesOf(mine).includes(theirs)) {
        broken.push(`${source.path} calls ${target}, which its plate does not name`)
      }
      if (inner.test(target)) broken.push(`${source.path} reaches into ${target}`)
    }
  }
  expect(broken).toEqual([])
})

test('every folder has a plate that stands in the order above those it uses', () => {
  const folders = new Set(all.map((source) => featureOf(source.path)).filter((each) => each))
  const order = features.map((each) => each.name)
  expect([...folders].toSorted()).toEqual(order.toSorted())
  const up = features.flatMap(({ name, uses }, at) =>
    uses
      .filter((lower) => features.indexOf(lower) >= at)
      .map((lower) => `${name} uses ${lower.name}`),
  )
  expect(up).toEqual([])
})

test('nothing imports in a circle, not even for a type', async () => {
  expect(circles([...all, ...(await sources(['bench', 'docs', 'scripts']))])).toEqual([])
})

test.each([
  "import { b } from './b.ts'",
  "import type { B } from './b.ts'",
  "import { type B } from './b.ts'",
  "import {\n  type B,\n  type C,\n} from './b.ts'",
  "export type { B } from './b.ts'",
  "type B = import('./b.ts').B",
  "const { b } = await import('./b.ts')",
])('a circle is seen through %p', (statement) => {
  const file = (path: string, text: string) => ({ path, text, ...importsOf(path, text) })
  const back = file('src/b.ts', "// What a.ts needs.\nimport type { A } from './a.ts'\n")
  expect(circles([file('src/a.ts', statement), back])).toEqual(['src/a.ts → src/b.ts → src/a.ts'])
})

test('packages stay in their rooms', () => {
  const rooms: Record<string, RegExp> = {
    elysia: /^src\/(app|api)\.ts$|^src\/(http|socket)\//,
    '@elysiajs/jwt': /^src\/infra\/tokens\.ts$/,
    postgres: /^src\/infra\/|^src\/local\//,
    ioredis: /^src\/infra\//,
    bullmq: /^src\/(infra|http\/admin)\/|^src\/app\.ts$|^workers\//,
    nodemailer: /^src\/infra\//,
    'web-push': /^src\/infra\/|^src\/features\/push\//,
    fflate: /^src\/infra\//,
    '@aws-sdk/client-s3': /^src\/infra\/storage\.s3\.ts$/,
    'music-metadata': /^src\/infra\/media\/container\.ts$/,
    sharp: /^src\/infra\/media\/image\.child\.ts$/,
    thumbhash: /^src\/infra\/media\/image\.child\.ts$/,
    'ipaddr.js': /^src\/(core\/network-place|infra\/addresses)\.ts$/,
    'file-type': /^src\/infra\/media\/kind\.ts$/,
    '@fastify/busboy': /^src\/http\/media\/multipart\.ts$/,
    react: /^src\/client\/react\//,
    pino: /^src\/core\/log\.ts$/,
    'prom-client': /^src\/infra\/metrics(\.process)?\.ts$/,
  }
  const broken = all.flatMap((source) =>
    source.packages
      .filter((name) => rooms[name] && !rooms[name].test(source.path))
      .map((name) => `${source.path} may not import ${name}`),
  )
  expect(broken).toEqual([])
})

test('time and chance come in by their doors', () => {
  const ban = [
    [
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
      /core\/clock\.ts|infra\/tokens\.ts|client\/ports\.ts/,
    ],
    [
      /\bset(Timeout|Interval)\(/,
      /core\/clock\.ts|infra\/redis\.ts|src\/process\.ts|client\/ports\.ts/,
    ],
    [/\bMath\.random\(|\brandom(UUID|Bytes|Int)\(/, /core\/(ids|seal)\.ts|client\/ports\.ts/],
  ] as const
  const broken = all
    .filter((source) => !/^src\/local\/|^src\/cli\.ts$/.test(source.path))
    .flatMap((source) =>
      ban
        .filter(([banned, except]) => banned.test(source.text) && !except.test(source.path))
        .map(([banned]) => `${source.path} uses ${banned.source}`),
    )
  expect(broken).toEqual([])
})

test('SQL stands in stores', () => {
  const sql = /`\s*(select|insert into|update|delete from|with)\s/
  const rooms = /\.?store\.ts$|\/sight\.sql\.ts$|^src\/infra\/|^src\/local\//
  const code = (text: string) => text.replaceAll(/^\s*(\*|\/[/*]).*$/gm, '')
  const broken = all.filter((source) => sql.test(code(source.text)) && !rooms.test(source.path))
  expect(broken.map((source) => source.path)).toEqual([])
})

test('a sight file offers conditions for the statements of others, and runs none', async () => {
  const files = all.filter(({ path }) => /\/[^/]*\.sql\.ts$/.test(path))
  expect(files.filter(({ path }) => !path.endsWith('/sight.sql.ts'))).toEqual([])
  expect(files.length).toBeGreaterThan(0)
  const condition = /^export (type \w+ = |const \w+ = \(sql: Sql\b[^)]*\) => sql`)/
  const broken = files.flatMap(({ path, text }) =>
    (text.match(/^export .*$|.*\b(async|await)\b.*$/gm) ?? [])
      .filter((line) => !condition.test(line))
      .map((line) => `${path}: ${line}`),
  )
  expect(broken).toEqual([])
})

test('who has blocked whom is asked in one place', () => {
  const reads = /\b(from|join|using)\s+(only\s+)?blocks\b/
  // The store that writes the table, the condition for all others, and what people show.
  const may = /^src\/features\/(friends\/(blocks\.store|sight\.sql)|people\/sight\.store)\.ts$/
  const broken = all.filter(({ path, text }) => reads.test(text) && !may.test(path))
  expect(broken.map(({ path }) => path)).toEqual([])
})

test('only people read what somebody calls themselves: others ask for profiles', () => {
  const column = /\b\w+\.(nickname|avatar|bio)\b/
  // A search compares names and answers ids.
  const mayRead = /^src\/features\/((people|signin)\/|(friends|groups)\/search\.store\.ts$)/
  const stores = all.filter(({ path }) => /^src\/features\/.*(store|sight\.sql)\.ts$/.test(path))
  const broken = stores.filter(({ path, text }) => column.test(text) && !mayRead.test(path))
  expect(broken.map(({ path }) => path)).toEqual([])
})

function usesOf(name: string): string[] {
  return features.find((each) => each.name === name)?.uses.map((each) => each.name) ?? []
}

function featureOf(path: string): string | null {
  return /^src\/features\/(\w+)\//.exec(path)?.[1] ?? null
}

/** Circles of imports, each as a path that ends where it began; none only if there is none. */
function circles(files: readonly Source[]): string[] {
  const byPath = new Map(files.map((each) => [each.path, each]))
  const state = new Map<string, 'open' | 'done'>()
  const found: string[] = []
  const walk = (path: string, trail: readonly string[]) => {
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    if (state.get(path) === 'done') return
    state.set(path, 'open')
    for (const target of byPath.get(path)?.imports ?? []) {
      walk(target, [...trail, path])
    }
    state.set(path, 'done')
  }
  for (const file of files) walk(file.path, [])
  return found
}
