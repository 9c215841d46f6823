// A later run may stop what an earlier one left behind, and nothing else.
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { Child } from '../../src/local/child.ts'
import { releaseLock, takeLock } from '../../src/local/lock.ts'
import {
  type ProcessRecord,
  identityOf,
  isAlive,
  readRecord,
  stopLeftover,
  writeRecord,
} from '../../src/local/records.ts'
import { scratchDir } from './support.ts'

const deadPid = 4_194_303

function sleeper() {
  return new Child({ command: 'sleep', args: ['60'] })
}

/** As the record would look after its owner was killed. */
function orphan(record: ProcessRecord): ProcessRecord {
  return { ...record, owner: { pid: deadPid, started: 'long ago' } }
}

test('an orphan of an earlier run is stopped', async () => {
  using dir = scratchDir('records')
  const file = join(dir.path, 'process.json')
  const child = sleeper()
  writeRecord(file, { name: 'sleeper', pid: child.pid })
  await Bun.write(file, JSON.stringify(orphan(readRecord(file)!)))
  expect(await stopLeftover(file)).toBeUndefined()
  expect((await child.exited).signal).toBe('SIGTERM')
  expect(readRecord(file)).toBeUndefined()
})

test('a process whose owner lives is left alone', async () => {
  using dir = scratchDir('records')
  const file = join(dir.path, 'process.json')
  const child = sleeper()
  writeRecord(file, { name: 'sleeper', pid: child.pid })
  expect((await stopLeftover(file))?.pid).toBe(process.pid)
  expect(isAlive(identityOf(child.pid)!)).toBe(true)
  await child.stop()
})

test('a stranger that got the same process id is left alone', async () => {
  using dir = scratchDir('records')
  const file = join(dir.path, 'process.json')
  const child = sleeper()
  writeRecord(file, { name: 'sleeper', pid: child.pid })
  const stranger = { ...orphan(readRecord(file)!), started: 'before it' }
  await Bun.write(file, JSON.stringify(stranger))
  expect(await stopLeftover(file)).toBeUndefined()
  expect(isAlive(identityOf(child.pid)!)).toBe(true)
  await child.stop()
})

test('the lock is held once and taken over from the dead', async () => {
  using dir = scratchDir('lock')
  const file = join(dir.path, 'lock.json')
  expect(takeLock(file)).toBeUndefined()
  expect(takeLock(file)?.pid).toBe(process.pid)
  releaseLock(file)
  await Bun.write(file, JSON.stringify({ pid: deadPid, started: 'long ago' }))
  expect(takeLock(file)).toBeUndefined()
})
