// The whole installation: starts, answers, outlives deaths, stops without leaving a process behind.
import { expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathsIn } from '../../src/local/paths.ts'
import { freePort } from '../../src/local/ports.ts'
import { type Identity, isAlive, readRecord } from '../../src/local/records.ts'
import { supervisor } from './supervisor.ts'
import { scratchDir, until } from './support.ts'

setDefaultTimeout(240_000)

function recordsIn(dataDir: string) {
  const { run, postgres, redis } = pathsIn(dataDir)
  const files = readdirSync(run).map((name) => join(run, name))
  const all = [...files, join(postgres, 'process.json'), join(redis, 'process.json')]
  return all.map(readRecord).filter((record) => record !== undefined)
}

async function apiPid(port: number) {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
  return response?.ok ? Number(await response.text()) : undefined
}

const allGone = (processes: Identity[]) => processes.every((one) => !isAlive(one))

test('starts all parts, restarts a dead API, and Ctrl-C stops everything', async () => {
  using dir = scratchDir('installation')
  const port = await freePort()
  await using first = await supervisor(dir.path, { PORT: String(port) })
  const { child, said } = first
  const before = await until(() => apiPid(port))
  expect(
    recordsIn(dir.path)
      .map((record) => record.name)
      .toSorted(),
  ).toEqual(['Postgres', 'Redis', 'api', 'supervisor', 'workers'])
  await using second = await supervisor(dir.path, { PORT: String(await freePort()) })
  expect(second.said.join('\n')).toContain('runs from this folder already')
  expect(second.child.exit?.code).toBe(1)

  process.kill(before, 'SIGKILL')
  await until(async () => {
    const now = await apiPid(port)
    return now !== undefined && now !== before
  })
  expect(said.join('\n')).toContain('api was killed by SIGKILL; it starts again in 1 s')

  const processes = recordsIn(dir.path)
  // The terminal, npm and the launcher may each deliver the same Ctrl-C.
  for (let times = 0; times < 3; times++) child.signal('SIGINT')
  expect((await child.exited).code).toBe(0)
  expect(allGone(processes)).toBe(true)
})

test('after kill -9 the next start stops the orphans and goes on with the same data', async () => {
  using dir = scratchDir('installation')
  const port = await freePort()
  await using first = await supervisor(dir.path, { PORT: String(port) })
  const orphans = recordsIn(dir.path)
  first.child.signal('SIGKILL')
  await first.child.exited
  expect(orphans.some(isAlive)).toBe(true)

  await using second = await supervisor(dir.path, { PORT: String(port) })
  expect(second.settled).toBe('runs')
  expect(allGone(orphans)).toBe(true)
  const processes = recordsIn(dir.path)
  second.child.signal('SIGTERM')
  expect((await second.child.exited).code).toBe(0)
  expect(allGone(processes)).toBe(true)
})

test('a taken port is told in one sentence before anything starts', async () => {
  using dir = scratchDir('installation')
  const taken = Bun.serve({ port: 0, fetch: () => new Response() })
  await using refused = await supervisor(dir.path, { PORT: String(taken.port) })
  const { child, said } = refused
  expect((await child.exited).code).toBe(1)
  const advice = `choose another one with PORT=${taken.port! + 1}.`
  expect(said).toEqual([`Port ${taken.port} is taken by another program: ${advice}`])
  await taken.stop(true)
})

test.each([
  ['api', 'The API'],
  ['workers', 'The workers'],
])('%s that end before they are ready end the start, with their last words', async (role, who) => {
  using dir = scratchDir('installation')
  const env = { PORT: String(await freePort()), STAND_IN_ENDS: role }
  await using refused = await supervisor(dir.path, env)
  const { child, said } = refused
  expect((await child.exited).code).toBe(1)
  const words = said.join('\n')
  expect(words).toContain(`${who} ended before being ready. Its last words:`)
  expect(words).toContain('no more of this')
  expect(words).not.toContain('Curlew runs.')
})
