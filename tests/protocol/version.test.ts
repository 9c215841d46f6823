// The version number follows the protocol: nobody changes what may be said by accident.
import { Type } from '@sinclair/typebox'
import { expect, test } from 'bun:test'
import { currentVersion, history, oldestServedVersion } from '../../src/protocol/version.ts'
import { everythingSaid, fingerprint } from './fingerprint.ts'

test('the newest line of the history has the hash of the protocol', () => {
  const newest = history.at(-1) as (typeof history)[number]
  const found = fingerprint(everythingSaid())
  const advice = newest.released
    ? `Version ${newest.version} is released: bump currentVersion in src/protocol/version.ts and ` +
      `add a line with hash '${found}' that says what changed.`
    : `Version ${newest.version} is not released yet: put hash '${found}' into its line in ` +
      'src/protocol/version.ts. Once it is released, bump the version instead.'
  expect(found === newest.hash ? 'the same' : `The protocol changed. ${advice}`).toBe('the same')
})

test('versions grow by one, and the current one is the newest', () => {
  const versions: number[] = history.map((line) => line.version)
  expect(versions).toEqual(versions.map((_each, index) => index + 1))
  expect(versions.at(-1)).toBe(currentVersion)
  expect(oldestServedVersion).toBeGreaterThanOrEqual(1)
  expect(oldestServedVersion).toBeLessThanOrEqual(currentVersion)
})

test('words do not count, fields do, whatever they are called', () => {
  const plain = Type.Object({ name: Type.String() })
  const worded = Type.Object({ name: Type.String({ examples: ['x'] }) }, { title: 'T' })
  const grown = Type.Object({ name: Type.String(), description: Type.String() })
  expect(fingerprint(worded)).toBe(fingerprint(plain))
  expect(fingerprint(grown)).not.toBe(fingerprint(plain))
})
