// The doors count as the published schemas do: whatever a JSON Schema validator takes, they take.
import { expect, test } from 'bun:test'
import { KindGuard, type TSchema, type TString } from '@sinclair/typebox'
import { ValueErrorType } from '@sinclair/typebox/errors'
import Ajv from 'ajv'
import * as fc from 'fast-check'
import { longerThan, shorterThan } from '../../src/protocol/characters.ts'
import { checkOf } from '../../src/protocol/check.ts'
import { clientFrames } from '../../src/protocol/frames.ts'
import { operations } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'

const ajv = new Ajv({ strict: false })
/** One unit of UTF-16, two, and what people see as one though it is more. */
const characters = ['a', 'ø', '水', '𠮷', '😀', 'e\u0301']
const ways = (schema: TSchema) => {
  const published = ajv.compile(JSON.parse(JSON.stringify(schema)) as object)
  return (value: unknown) => [checkOf(schema).Check(value), published(value)]
}

test('every text of every input is bounded as its document says', () => {
  let bounded = 0
  for (const [where, schema] of textsOfInputs()) {
    const { minLength: min = 0, maxLength: max } = schema
    expect([where, max]).not.toEqual([where, undefined])
    const both = ways(schema)
    for (const character of characters) {
      for (const length of [min - 1, min, max!, max! + 1].filter((each) => each >= 0)) {
        const text = [...character.repeat(length)].slice(0, length).join('')
        const [ours, published] = both(text)
        expect([where, character, length, ours]).toEqual([where, character, length, published!])
        // Where anything may stand, no character is longer than another.
        if (schema.pattern !== undefined) continue
        expect([where, character, length, ours]).toEqual([
          where,
          character,
          length,
          length >= min && length <= max!,
        ])
        bounded++
      }
    }
  }
  expect(bounded).toBeGreaterThan(200)
})

test('any text at all is judged as a validator of JSON Schema judges it', () => {
  const bounds = fc.record({ minLength: fc.nat(8), maxLength: fc.nat(8) })
  const text = fc.string({ unit: fc.constantFrom(...characters, '\ud83d'), maxLength: 12 })
  fc.assert(
    fc.property(bounds, text, ({ minLength, maxLength }, value) => {
      const count = [...value].length
      expect(longerThan(value, maxLength)).toBe(count > maxLength)
      expect(shorterThan(value, minLength)).toBe(count < minLength)
    }),
  )
})

test('what is wrong keeps its name, inside of others as well', () => {
  const { body } = operations['accounts.registerWithPassword']
  const right = { email: 'a@example.com', user_id: 'abc', nickname: 'A', password: '12345678' }
  expect(checkOf(body).Check(right)).toBe(true)
  const names = { MaxLength: 'StringMaxLength', MinLength: 'StringMinLength' } as const
  for (const [field, value, type] of [
    ['nickname', '𠮷'.repeat(65), names.MaxLength],
    ['nickname', '', names.MinLength],
    ['password', '😀'.repeat(7), names.MinLength],
    ['user_id', 'a b', 'StringPattern'],
    ['email', 'a\u200db@example.com', 'StringPattern'],
    ['nickname', 1, 'String'],
    ['nickname', undefined, 'ObjectRequiredProperty'],
  ] as const) {
    const input: Record<string, unknown> = { ...right, [field]: value }
    if (value === undefined) delete input[field]
    const first = checkOf(body).Errors(input).First()!
    expect([field, ValueErrorType[first.type], first.path]).toEqual([field, type, `/${field}`])
    if (type === names.MaxLength) expect(first.schema['maxLength']).toBe(64)
  }
  const images = operations['moments.create'].body
  const union = checkOf(images)
    .Errors({ images: ['x'.repeat(2_049)] })
    .First()!
  expect(union.path).toBe('/images')
  const inner = union.errors.map((each) => ValueErrorType[each.First()!.type])
  expect(inner).toEqual(['StringMaxLength', 'String'])
})

function textsOfInputs(): [string, TString][] {
  const found: [string, TString][] = []
  const collect = (where: string, schema: TSchema) => {
    if (KindGuard.IsString(schema)) found.push([where, schema])
    const fields = Object.entries((schema['properties'] ?? {}) as Record<string, TSchema>)
    for (const [name, each] of fields) collect(`${where} ${name}`, each)
    for (const each of (schema['anyOf'] ?? []) as TSchema[]) collect(where, each)
    if (schema['items']) collect(where, schema['items'] as TSchema)
  }
  for (const [name, { params, query, body }] of Object.entries<Operation>(operations)) {
    for (const each of [params, query, body]) if (each) collect(name, each)
  }
  for (const [name, each] of Object.entries(clientFrames)) collect(name, each.data)
  return found
}
