// The five-minute tour of the README, word for word, on a fresh installation.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from '../../src/local/child.ts'
import { defaultDataDir, pathsIn, rootDir } from '../../src/local/paths.ts'
import { freePort } from '../../src/local/ports.ts'
import { scratchDir, until } from '../local/support.ts'
import { missingLines, scriptOf, stepsOf } from './readme.ts'

const divider = '-- next step --'
const readme = await Bun.file(join(rootDir, 'README.md')).text()

/** What `npm test` says about its own servers is nothing to a fresh installation. */
const foreign =
  /^(DATABASE_URL|REDIS_URL|POSTGRES_.*|REDIS_.*|SMTP_.*|MAIL_.*|JWT_.*|RATE_LIMITS|HOST)$/

async function freshInstallation(dataDir: string) {
  // A Redis that was fetched for this checkout is not fetched again.
  const fetched = pathsIn(defaultDataDir).redisDist
  if (existsSync(fetched)) symlinkSync(fetched, pathsIn(dataDir).redisDist)
  const [port, mails] = [await freePort(), await freePort()]
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  const env = { ...Object.fromEntries(kept), PORT: String(port), MAILS_PORT: String(mails) }
  const said: string[] = []
  const child = new Child({
    command: process.execPath,
    args: [join(import.meta.dir, 'start.ts'), dataDir],
    cwd: rootDir,
    env,
    onLine: (line) => said.push(line),
  })
  const runs = await until(() => (child.exit ? 'ended' : said.at(-1) === '' && 'runs'))
  if (runs === 'ended') throw new Error(`It did not start:\n${said.join('\n')}`)
  return { port, mails, said, [Symbol.asyncDispose]: async () => void (await child.stop()) }
}

type Fresh = Awaited<ReturnType<typeof freshInstallation>>

const dir = scratchDir('tour')
let installation: Fresh

beforeAll(async () => {
  installation = await freshInstallation(dir.path)
}, 60_000)

afterAll(async () => {
  await installation?.[Symbol.asyncDispose]()
  dir[Symbol.dispose]()
}, 30_000)

/** The ports the README speaks of. */
const usualPorts = (text: string) =>
  text
    .replaceAll(`localhost:${installation.port}`, 'localhost:8080')
    .replaceAll(`localhost:${installation.mails}`, 'localhost:8025')

test('npm start prints what the README shows', () => {
  const shown = /```text\n(✓[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  // What the launcher does before, in a fresh clone, is not part of this; times differ.
  const expected = shown.replace(/^✓ Installing.*\n/gm, '').replace(/\d+\.\d s$/gm, '… s')
  expect(expected).toContain('Curlew runs. Ctrl-C stops it.')
  expect(missingLines(expected, usualPorts(installation.said.join('\n')))).toEqual([])
})

test('every command works and prints what the README says', async () => {
  // The tour stands in the root of the checkout, where `.data` is; here it must not meddle there.
  const folder = join(dir.path, 'checkout')
  mkdirSync(join(folder, '.data'), { recursive: true })
  const steps = stepsOf(readme)
  const script = scriptOf(steps, divider)
    .replaceAll('localhost:8080', `localhost:${installation.port}`)
    .replaceAll('localhost:8025', `localhost:${installation.mails}`)
  const shell = Bun.spawn(['bash', '-c', script], { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const [printed, complaints, code] = await Promise.all([
    new Response(shell.stdout).text(),
    new Response(shell.stderr).text(),
    shell.exited,
  ])
  const parts = printed.split(`${divider}\n`)
  const broken = steps.flatMap((step, index) => {
    const part = parts[index] ?? ''
    const missing = missingLines(step.expected, part)
    return missing.length > 0 ? [{ commands: step.commands, missing, printed: part }] : []
  })
  expect({ code, broken, complaints: code === 0 ? '' : complaints }).toEqual({
    code: 0,
    broken: [],
    complaints: '',
  })
  expect(steps.length).toBeGreaterThan(5)
}, 60_000)

test('a line that is missing, changed or out of order is noticed', () => {
  const printed = 'one\n{"id":17,"seq":1}\nthree\n'
  expect(missingLines('one\n{"id":…,"seq":1}\nthree\n', printed)).toEqual([])
  expect(missingLines('{"id":…,"seq":2}\n', printed)).toEqual(['{"id":…,"seq":2}'])
  expect(missingLines('three\none\n', printed)).toEqual(['one'])
  expect(missingLines('one\n', '')).toEqual(['one'])
})
