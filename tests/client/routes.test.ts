// The light table of routes says what the operations map says.
import { expect, test } from 'bun:test'
import { routes } from '../../src/client/routes.ts'
import { operations } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'

test('every operation is in the table of routes, as the map has it', () => {
  const all: [string, Operation][] = Object.entries(operations)
  const right = all.map(([name, { method, path, open }]) => [
    name,
    `${method} ${path}${open ? ' open' : ''}`,
  ])
  // On a difference, copy the expected lines into src/client/routes.ts.
  expect(Object.entries<string>(routes).toSorted()).toEqual(right.toSorted() as [string, string][])
})

test('input has one place: parameters in the path, then the query of a GET or the body', () => {
  for (const [name, operation] of Object.entries(operations) as [string, Operation][]) {
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key!)
    expect({ name, keys: Object.keys(operation.params?.properties ?? {}) }).toEqual({
      name,
      keys: inPath,
    })
    const misplaced = operation.method === 'GET' ? operation.body : operation.query
    expect({ name, misplaced }).toEqual({ name, misplaced: undefined })
  }
})
