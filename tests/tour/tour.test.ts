// The five-minute tour of the README, word for word, on a fresh installation.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { rootDir } from '../../src/local/paths.ts'
import { type Fresh, freshInstallation } from '../local/fresh.ts'
import { cleanEnv } from '../local/supervisor.ts'
import { scratchDir } from '../local/support.ts'
import { missingLines, scriptOf, stepsOf } from './readme.ts'

const divider = '-- next step --'
const readme = await Bun.file(join(rootDir, 'README.md')).text()

const dir = scratchDir('tour')
/** The tour is taken in the root of a checkout, where `.data` is. */
const folder = join(dir.path, 'checkout')
let installation: Fresh

beforeAll(async () => {
  for (const name of ['package.json', 'src', 'sql']) {
    cpSync(join(rootDir, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(rootDir, 'node_modules'), join(folder, 'node_modules'))
  installation = await freshInstallation(join(folder, '.data'))
}, 240_000)

afterAll(async () => {
  await installation?.[Symbol.asyncDispose]()
  dir[Symbol.dispose]()
}, 120_000)

const mailsUrl = () => `http://localhost:${installation.mails}`

/** The ports the README speaks of. */
const usualPorts = (text: string) =>
  text
    .replaceAll(`localhost:${installation.port}`, 'localhost:8080')
    .replaceAll(`localhost:${installation.mails}`, 'localhost:8025')

/** Nothing but what the installation left there says where it is; a proxy would not know it. */
async function inShell(script: string, cwd = folder) {
  const env = { ...cleanEnv(), http_proxy: 'http://127.0.0.1:9' }
  const shell = Bun.spawn(['bash', '-c', script], { cwd, env, stdout: 'pipe', stderr: 'pipe' })
  const [printed, complaints, code] = await Promise.all([
    new Response(shell.stdout).text(),
    new Response(shell.stderr).text(),
    shell.exited,
  ])
  return { printed, complaints, code }
}

test('npm start prints what the README shows', () => {
  const shown = /```text\n(✓[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  // What the launcher does before, in a fresh clone, is not part of this; times differ.
  const expected = shown.replace(/^✓ Installing.*\n/gm, '').replace(/\d+\.\d s$/gm, '… s')
  expect(expected).toContain('Curlew runs. Ctrl-C stops it.')
  expect(missingLines(expected, usualPorts(installation.said.join('\n')))).toEqual([])
})

test('every command works and prints what the README says', async () => {
  const steps = stepsOf(readme)
  const { printed, complaints, code } = await inShell(scriptOf(steps, divider))
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
}, 240_000)

test('a mail that does not come is waited for so long and no longer, and said', async () => {
  const [helpers] = stepsOf(readme)
  // The pauses, and reading answers that have nothing in them, are not worth waiting for.
  const quick = 'sleep() { :; }; pick() { return 1; }'
  const script = `${helpers!.commands}\n${quick}\ncode nobody@example.com`
  const { printed, complaints, code } = await inShell(script)
  expect({ printed, code }).toEqual({ printed: '', code: 1 })
  expect(complaints).toBe(`No code for nobody@example.com came to ${mailsUrl()} in 20 s.\n`)
})

test('the commands of the operator work beside it without a setting', async () => {
  const command = 'npm run --silent cli -- '
  expect(await inShell(`${command} mail dead`)).toEqual({
    printed: 'No address is dead.\n',
    complaints: '',
    code: 0,
  })
  const { printed, code } = await inShell(`${command} doctor`)
  expect(printed).toMatch(/^Migrations +ok/m)
  expect(code).toBe(0)
})

test('a line that is missing, changed or out of order is noticed', () => {
  const printed = 'one\n{"id":17,"seq":1}\nthree\n'
  expect(missingLines('one\n{"id":…,"seq":1}\nthree\n', printed)).toEqual([])
  expect(missingLines('{"id":…,"seq":2}\n', printed)).toEqual(['{"id":…,"seq":2}'])
  expect(missingLines('three\none\n', printed)).toEqual(['one'])
  expect(missingLines('one\n', '')).toEqual(['one'])
})
