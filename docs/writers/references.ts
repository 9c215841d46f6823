// docs/reference: one table per file, from the tables the program itself reads.
import { settings } from '../../src/settings.ts'
import type { JsonObject } from '../../src/http/docs/json.ts'
import { basePath } from '../../src/http/docs/addresses.ts'
import { createMetrics } from '../../src/infra/metrics.ts'
import { closes, type CloseName } from '../../src/protocol/closes.ts'
import { errors, type ErrorName } from '../../src/protocol/errors.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { en } from '../../src/texts/en.ts'
import { zh } from '../../src/texts/zh.ts'
import { accessTables } from './access.ts'
import { probePaths } from './documents/probes.ts'
import { refusalsOf } from './documents/refusals.ts'
import { frameTables } from './frames.ts'
import { limitTables } from './limits.ts'
import { code, table } from './table.ts'

export function references(asyncapi: JsonObject): Record<string, string> {
  return {
    'docs/reference/errors.md': page('Errors', 'src/protocol/errors.ts', errorTable()),
    'docs/reference/closes.md': page('Close codes', 'src/protocol/closes.ts', closeTable()),
    'docs/reference/settings.md': page('Settings', 'src/settings.ts', settingsTable()),
    'docs/reference/limits.md': page('Rate limits', 'src/core/token-bucket.ts', limitTables()),
    'docs/reference/metrics.md': page('Metrics', 'src/infra/metrics.ts', metricsTable()),
    'docs/reference/operations.md': page('Operations', 'src/protocol', operationTables()),
    'docs/reference/access.md': page('Access', 'tests/laws/rows', accessTables()),
    'docs/reference/frames.md': page('Frames', 'src/protocol/frames.ts', frameTables(asyncapi)),
  }
}

function page(title: string, source: string, body: string): string {
  return `# ${title}\n\nGenerated from \`${source}\` by \`bun run docs\`.\n\n${body}\n`
}

const yes = (value: boolean) => (value ? 'yes' : 'no')

function errorTable(): string {
  const rows = Object.entries(errors).map(([name, { code: number, status, retryable }]) => [
    number,
    status,
    code(name),
    yes(retryable),
    en.errors[name as ErrorName],
    zh.errors[name as ErrorName],
  ])
  const intro = '0 is success. "Again" says whether the same request may succeed later unchanged.'
  return `${intro}\n\n${table(['Code', 'HTTP', 'Name', 'Again', 'English', '中文'], rows)}`
}

function closeTable(): string {
  const rows = Object.entries(closes).map(([name, { code: number, reconnect }]) => [
    number,
    code(name),
    yes(reconnect),
    en.closes[name as CloseName],
  ])
  return table(['Code', 'Name', 'Reconnect', 'Meaning'], rows)
}

export function settingsTable(): string {
  const rows = settings.map(({ name, fallback, meaning, secret }) => [
    code(name),
    secret ? '' : code(fallback ?? ''),
    secret ? `${meaning} (secret)` : meaning,
  ])
  return table(['Setting', 'Default', 'Meaning'], rows)
}

function metricsTable(): string {
  const all = createMetrics('api').registry.getMetricsAsArray() as unknown as {
    name: string
    type: string
    help: string
    labelNames: string[]
  }[]
  const own = all.filter(({ name }) => name.startsWith('curlew_'))
  const rows = own.map(({ name, type, help, labelNames }) => [
    code(name),
    type,
    labelNames.map(code).join(', '),
    help,
  ])
  const intro =
    'All bear the label `process` (`api` or `workers`). ' +
    'The usual `process_` and `nodejs_` metrics of prom-client stand beside them.'
  return `${intro}\n\n${table(['Name', 'Type', 'Labels', 'Meaning'], rows)}`
}

function operationTables(): string {
  const byTag = Map.groupBy(Object.entries<Operation>(operations), ([, each]) => each.tag)
  const parts = [...byTag].map(([tag, all]) => `## ${tag}\n\n${operationTable(all)}`)
  const intro = `Paths stand under \`${basePath}\`. Any operation may also answer 5000.`
  return [intro, ...parts, `## process\n\n${probeTable()}`].join('\n\n')
}

function operationTable(all: readonly (readonly [string, Operation])[]): string {
  const rows = all.map(([name, operation]) => [
    code(`${operation.method} ${operation.path}`),
    code(name),
    operation.open ? 'open' : 'token',
    operation.summary,
    operation.limit ?? '',
    refusalsOf(operation)
      .filter((each) => each !== 'internal')
      .map((each) => errors[each].code)
      .join(' '),
  ])
  return table(['Request', 'Name', 'Who', 'What', 'Limit', 'Codes'], rows)
}

function probeTable(): string {
  const rows = Object.entries(probePaths).map(([path, item]) => {
    const { summary, operationId } = (item as { get: JsonObject }).get
    return [code(`GET ${path}`), code(operationId), summary]
  })
  const intro = `Outside \`${basePath}\`, without token and envelope.`
  return `${intro}\n\n${table(['Request', 'Name', 'What'], rows)}`
}
