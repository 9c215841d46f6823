// The tables of errors and closes against the contract.
import { expect, test } from 'bun:test'
import { closes, reconnectsAfter } from '../../src/protocol/closes.ts'
import { errors, type ErrorName } from '../../src/protocol/errors.ts'
import { en } from '../../src/texts/en.ts'
import { zh } from '../../src/texts/zh.ts'

/** Section 5 of the contract, without 0. */
const codesOfTheContract = [
  4001, 4002, 4004, 4009, 4010, 4013, 4029, 4101, 4102, 4103, 4104, 4105, 4106, 4107, 4108, 4201,
  4202, 4203, 4204, 4301, 4302, 4303, 4311, 4401, 4403, 4501, 4502, 4503, 4511, 4512, 4513, 4521,
  4531, 4541, 4551, 4552, 4553, 4554, 5000, 5001, 5002, 5003, 5030,
]

const rows = Object.entries(errors)

test('no code stands twice, but that of a bad request: a wrong method has its own status', () => {
  const codes = rows.map(([, { code }]) => code as number)
  const twice = codes.filter((code, at) => codes.indexOf(code) !== at)
  expect(twice).toEqual([errors.methodNotAllowed.code])
  expect(errors.methodNotAllowed.code).toBe(errors.badRequest.code)
})

test('the codes are those of the contract, no more and no less', () => {
  const codes = [...new Set(rows.map(([, { code }]) => code as number))]
  expect(codes.toSorted((a, b) => a - b)).toEqual(codesOfTheContract)
})

test('401 is said of tokens and of nothing else: clients sign out on any', () => {
  const said = rows.filter(([, row]) => row.status === 401)
  expect(said.map(([, { code }]) => code as number)).toEqual([4002, 4104, 4105, 4108])
})

test.each(rows)('%s: words in both languages, and a status of its kind', (name, row) => {
  expect(en.errors[name as ErrorName]).toMatch(/^[A-Z].*\.$/)
  expect(zh.errors[name as ErrorName]).toMatch(/\p{Script=Han}.*。$/u)
  expect(row.status >= 500).toBe(row.code >= 5000)
  expect(row.retryable).toBe(row.status >= 500 || row.status === 429)
})

test('clients reconnect after the close codes the contract names and no others', () => {
  const codes = Object.values(closes).map(({ code }) => code as number)
  expect(codes).toEqual([1000, 1006, 1009, 1012, 1013, 4001, 4002, 4003, 4004, 4008, 4009, 4010])
  expect(codes.filter(reconnectsAfter)).toEqual([1006, 1012, 1013, 4008, 4009, 4010])
})
