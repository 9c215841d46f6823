// Folders that are thrown away go whole, wherever they lie, and nothing else goes with them.
import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeScratch, removeScratch } from '../../src/local/scratch.ts'
import { sweepTests, testDirOf } from '../../src/local/sweep.ts'
import { scratchDir } from './support.ts'

test('a folder is there under its name, and gone with what it leads to', async () => {
  using dir = scratchDir('scratch')
  const path = join(dir.path, 'servers')
  makeScratch(path)
  await Bun.write(join(path, 'postgres', 'data'), 'rows')
  const target = realpathSync(path)
  expect(await Bun.file(join(target, 'postgres', 'data')).text()).toBe('rows')
  removeScratch(path)
  expect([path, target].filter((each) => existsSync(each))).toEqual([])
  removeScratch(path)
})

test('what a killed run left is swept, in memory too; a link of others leads to what stays', async () => {
  using dir = scratchDir('scratch')
  const deadPid = 4_194_303
  const left = testDirOf(dir.path, deadPid)
  makeScratch(left)
  await Bun.write(join(left, 'junit.xml'), '<testsuites/>')
  const target = realpathSync(left)
  const theirs = join(dir.path, 'theirs')
  mkdirSync(theirs)
  symlinkSync(theirs, testDirOf(dir.path, deadPid - 1))
  await sweepTests(dir.path)
  expect([left, target, testDirOf(dir.path, deadPid - 1)].filter(existsSync)).toEqual([])
  expect(existsSync(theirs)).toBe(true)
})
