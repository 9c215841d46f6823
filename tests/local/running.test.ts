// `npm run cli` finds the installation that runs in this folder, and no other.
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { releaseLock, takeLock } from '../../src/local/lock.ts'
import { makeDataDir, pathsIn } from '../../src/local/paths.ts'
import { settingsHere, writeSettings } from '../../src/local/running.ts'
import { scratchDir } from './support.ts'

const own = {
  DATABASE_URL: 'postgres://curlew@127.0.0.1:1/curlew',
  REDIS_URL: 'redis://127.0.0.1:2',
  JWT_SECRET: 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa',
  LOG_LEVEL: 'warn',
}

test('its settings are found while it runs, by their owner alone', async () => {
  using dir = scratchDir('running')
  const paths = pathsIn(dir.path)
  makeDataDir(paths)
  expect(settingsHere({}, dir.path)).toBeUndefined()
  takeLock(paths.lock)
  const kept = writeSettings(paths.settings, {
    ...own,
    AWS_SECRET_ACCESS_KEY: 'not ours',
    HOST: '',
  })
  expect((await Bun.file(paths.settings).stat()).mode & 0o777).toBe(0o600)
  expect(settingsHere({}, dir.path)).toEqual(own)
  expect(settingsHere({ LOG_LEVEL: 'info', TERM: 'dumb' }, dir.path)).toEqual({
    ...own,
    TERM: 'dumb',
  })
  kept[Symbol.dispose]()
  expect(settingsHere({}, dir.path)).toBeUndefined()
  releaseLock(paths.lock)
})

test('not when another one is named, and not when it was killed', async () => {
  using dir = scratchDir('running')
  const paths = pathsIn(dir.path)
  makeDataDir(paths)
  takeLock(paths.lock)
  using _kept = writeSettings(paths.settings, own)
  for (const name of ['DATABASE_URL', 'POSTGRES_HOST', 'REDIS_URL', 'REDIS_HOST']) {
    expect(settingsHere({ [name]: 'elsewhere.example' }, dir.path)).toBeUndefined()
  }
  await Bun.write(paths.lock, JSON.stringify({ pid: 4_194_303, started: 'long ago' }))
  expect(settingsHere({}, dir.path)).toBeUndefined()
  expect(await Bun.file(join(dir.path, 'settings.json')).exists()).toBe(true)
})
