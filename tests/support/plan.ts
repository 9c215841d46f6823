// What Postgres did for a query, step by step.
import type { PendingQuery } from 'postgres'
import type { Sql } from '../../src/infra/db.ts'

export interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Join Filter'?: number
  readonly Plans?: readonly Node[]
}

/** As a store makes it, of whatever rows. */
export type Query = PendingQuery<never[]> | Promise<unknown>

/** What the driver knows of a query once the server has described it. */
type Described = {
  describe(): Promise<{ string: string; types: number[] }>
  parameters: unknown[]
}

/**
 * Runs it, on the one connection of `sql`; answers all nodes of its plan, from the top down. The plan is
 * made without its values, as those of the product are: a statement that is explained with them has another.
 */
export async function explain(sql: Sql, query: Query): Promise<Node[]> {
  const described = query as unknown as Described
  const { string, types } = await described.describe()
  const values = described.parameters.map((value, n) => literal(sql, value, types[n]))
  await sql.unsafe(`prepare asked as ${string}`)
  const given = values.length > 0 ? `(${values.join()})` : ''
  const [row] = await sql.unsafe<{ 'QUERY PLAN': { Plan: Node }[] }[]>(
    `explain (analyze, timing off, format json) execute asked${given}`,
  )
  await sql.unsafe('deallocate asked')
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
  return flat(row!['QUERY PLAN'][0]!.Plan)
}

function literal(sql: Sql, value: unknown, type = 0): string {
  if (value === null || value === undefined) return 'null'
  const { [type]: serialize = String } = sql.options.serializers
  return `'${String(serialize(value)).replaceAll("'", "''")}'`
}

export const indexes = (plan: readonly Node[]) =>
  [...new Set(plan.flatMap((node) => node['Index Name'] ?? []))].toSorted()

export const scanned = (plan: readonly Node[]) =>
  plan.filter((node) => node['Node Type'].includes('Seq Scan')).map((node) => node['Relation Name'])

/** Rows of a table that were looked at, however often. */
export const found = (nodes: readonly Node[], relation: string) =>
  nodes
    .filter((node) => node['Relation Name'] === relation)
    .reduce((sum, node) => {
      const rows = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)
      return sum + rows * node['Actual Loops']
    }, 0)
