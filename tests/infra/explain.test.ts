// What a caller may know of an error, whichever door it came by.
import { expect, test } from 'bun:test'
import { createLog } from '../../src/core/log.ts'
import { Failure, invalid } from '../../src/core/failure.ts'
import { explain } from '../../src/infra/explain.ts'

const log = createLog('silent', 'api')
const known = (error: unknown) => {
  const { reason, details } = explain(error, log)
  return [reason, details]
}

test('a foreseen failure is told as it is', () => {
  const failures = [new Failure('notFound'), invalid('limit', 'too_large', { max: 50 })]
  for (const failure of failures) expect(explain(failure, log)).toBe(failure)
})

test('whoever is to come again is told when, once', () => {
  expect(known(new Failure('busy'))).toEqual(['busy', { retry_after: 1 }])
  expect(known(new Failure('busy', { retry_after: 7 }))).toEqual(['busy', { retry_after: 7 }])
  expect(known(new Failure('mailUnavailable'))).toEqual(['mailUnavailable', { retry_after: 60 }])
})

test('a database that is away is not our fault; anything else is, and is not told', () => {
  for (const code of ['ECONNREFUSED', 'CONNECTION_CLOSED', '57P01', '55P03']) {
    const error = Object.assign(new Error('secret'), { code })
    expect(known(error)).toEqual(['databaseUnavailable', { retry_after: 1 }])
  }
  for (const error of [new Error('secret'), Object.assign(new Error(), { code: '42703' }), 'x']) {
    expect(known(error)).toEqual(['internal', null])
    expect(explain(error, log).cause).toBe(error)
  }
})
