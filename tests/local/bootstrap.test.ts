// The bootstrap runs before anything is installed, so it may use nothing but Node's own modules.
import { expect, test } from 'bun:test'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
// @ts-expect-error a plain script without types
import { isAccepted, pinnedVersion } from '../../scripts/bun.mjs'
import { rootDir } from '../../src/local/paths.ts'

test('the scripts import only node: modules and each other', () => {
  const folder = join(rootDir, 'scripts')
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.mjs'))) {
    const text = readFileSync(join(folder, name), 'utf8')
    const imports = [...text.matchAll(/\bfrom '([^']+)'/g)].map((match) => match[1]!)
    expect(imports.filter((path) => !/^(node:|\.\/)/.test(path))).toEqual([])
  }
})

test('the Bun that is accepted has the pinned minor and is not older', () => {
  const pinned = pinnedVersion(rootDir)
  expect(pinned).toMatch(/^\d+\.\d+\.\d+$/)
  expect(isAccepted(pinned, pinned)).toBe(true)
  expect(isAccepted('1.4.6', '1.4.5')).toBe(true)
  expect(isAccepted('1.4.4', '1.4.5')).toBe(false)
  expect(isAccepted('1.5.0', '1.4.5')).toBe(false)
})
