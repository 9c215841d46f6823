// Requests from any network place, as a declared proxy would tell of them (TRUSTED_PROXIES=1).
import { operations, type OperationName, type OutputOf } from '../../src/protocol/operations.ts'
import { request, type Answer } from './people.ts'

export function callFrom<N extends OperationName>(
  base: string,
  address: string,
  name: N,
  body: Record<string, unknown>,
): Promise<Answer<OutputOf<N>>> {
  const { method, path } = operations[name]
  const headers = { 'x-forwarded-for': address }
  return request(base, method, `/api/v1${path}`, { body, headers })
}

/** Addresses of a range that is for documentation: public to us, and nobody's. */
export const placesOf = (net: '198.51.100' | '203.0.113', count: number, first = 1) =>
  Array.from({ length: count }, (_, n) => `${net}.${first + n}`)
