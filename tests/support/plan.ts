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

/** Runs it; answers all nodes of its plan, from the top down. */
export async function explain(sql: Sql, query: Query): Promise<Node[]> {
  const [row] = await sql<{ 'QUERY PLAN': { Plan: Node }[] }[]>`
    explain (analyze, timing off, format json) ${query as never}`
  const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
  return flat(row!['QUERY PLAN'][0]!.Plan)
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
