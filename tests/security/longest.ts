// Which operations take text, and what their rows send to them.
import { KindGuard, type TSchema } from '@sinclair/typebox'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations, type OperationName } from '../../src/protocol/operations.ts'
import { operationRows } from '../laws/rows/all.ts'
import type { Asked, World } from '../laws/rows/longest.ts'

/** The inputs of all rows, by the name of the operation and the way to ask. */
export function inputsIn(world: World): Record<string, Asked> {
  const all = Object.entries(operationRows).flatMap(([name, { longest }]) =>
    Object.entries(longest?.(world) ?? {}).map(([way, asked]) => [`${name} ${way}`, asked]),
  )
  return Object.fromEntries(all)
}

/** What takes text, in whatever field of its path, query or body; a choice of words is none. */
export const takingText = (Object.keys(operations) as OperationName[]).filter((name) => {
  const { params, query, body }: Operation = operations[name]
  return [params, query, body].some((each) => each !== undefined && hasText(each))
})

function hasText(schema: TSchema): boolean {
  if (KindGuard.IsString(schema)) return true
  const inner = [
    ...Object.values((schema['properties'] ?? {}) as Record<string, TSchema>),
    ...((schema['anyOf'] ?? []) as TSchema[]),
    ...(schema['items'] ? [schema['items'] as TSchema] : []),
  ]
  return inner.some(hasText)
}
