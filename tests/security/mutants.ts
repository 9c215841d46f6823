// `bun run mutants`: breaks the product line by line, each time in a copy, and expects the named
// security test to fail. Takes DATABASE_URL and REDIS_URL of servers it may fill.
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootDir } from '../../src/local/paths.ts'

export interface Edit {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface Mutant {
  /**
   * `<file>: <beginning of the name>`; the file without its ending, below tests/ when it names a
   * folder and below tests/security otherwise; the name with those of the groups it stands in.
   */
  readonly test: string
  /** What is wrong then, in a few words. */
  readonly breaks: string
  readonly edits: readonly Edit[]
}

export const allMutants = async (): Promise<readonly Mutant[]> => [
  ...(await import('./mutants.doors.ts')).doors,
  ...(await import('./mutants.wire.ts')).wire,
  ...(await import('./mutants.people.ts')).people,
  ...(await import('./mutants.features.ts')).features,
  ...(await import('./mutants.media.ts')).media,
]

/** What the laws have to notice, and no security test. */
export const lawMutants = async (): Promise<readonly Mutant[]> =>
  (await import('../laws/sync.mutants.ts')).sync

/** Where a mutant's test stands, and how its name begins. */
export function testOf({ test }: Mutant): { file: string; name: string } {
  const [file = '', ...name] = test.split(': ')
  const folder = file.includes('/') ? 'tests' : 'tests/security'
  return { file: `${folder}/${file}.test.ts`, name: name.join(': ') }
}

type Verdict = 'noticed' | 'NOT NOTICED' | 'CANNOT BE MADE' | 'FAILS UNBROKEN'

async function run(dir: string, mutant: Mutant): Promise<{ failed: boolean; passed: boolean }> {
  const { file, name } = testOf(mutant)
  const pattern = `^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`
  const command = [process.execPath, 'test', '--timeout=60000', file, '-t', pattern]
  // A law by chance has a few scripts more than in `npm test`, and not all that take minutes.
  const env = { LAW_SCRIPTS: '40', ...process.env, DEEP: 'on' }
  const child = Bun.spawn(command, { cwd: dir, env, stdout: 'pipe', stderr: 'pipe' })
  const said = (await new Response(child.stderr).text()).replaceAll(' > ', ' ')
  await child.exited
  // A file that does not load, or a test that does not exist, has noticed nothing.
  return { failed: said.includes(`(fail) ${name}`), passed: said.includes(`(pass) ${name}`) }
}

/** Tests that pass while nothing is broken. */
const sound = new Set<string>()

async function judge(dir: string, mutant: Mutant): Promise<Verdict> {
  if (!sound.has(mutant.test) && !(await run(dir, mutant)).passed) return 'FAILS UNBROKEN'
  sound.add(mutant.test)
  const originals = new Map<string, string>()
  try {
    for (const { file, from, to } of mutant.edits) {
      const path = join(dir, file)
      const text = await Bun.file(path).text()
      if (!originals.has(path)) originals.set(path, text)
      if (text.split(from).length !== 2) return 'CANNOT BE MADE'
      await Bun.write(
        path,
        text.replace(from, () => to),
      )
    }
    return (await run(dir, mutant)).failed ? 'noticed' : 'NOT NOTICED'
  } finally {
    for (const [path, text] of originals) await Bun.write(path, text)
  }
}

async function main(filters: readonly string[]): Promise<number> {
  for (const name of ['DATABASE_URL', 'REDIS_URL']) {
    if (!process.env[name]) throw new Error(`${name} is not set: see docs/security.md`)
  }
  const dir = await mkdtemp(join(tmpdir(), 'curlew-mutants-'))
  let bad = 0
  try {
    const own = (path: string) => !/\/(node_modules|\.git|\.data)$/.test(path)
    await cp(rootDir, dir, { recursive: true, filter: own })
    await symlink(join(rootDir, 'node_modules'), join(dir, 'node_modules'))
    for (const mutant of [...(await allMutants()), ...(await lawMutants())]) {
      const wanted =
        ({ test, breaks }: Mutant) =>
        (each: string) =>
          test.startsWith(each) || breaks === each
      if (filters.length > 0 && !filters.some(wanted(mutant))) continue
      const verdict = await judge(dir, mutant)
      if (verdict !== 'noticed') bad++
      console.log(`| ${mutant.test} | ${mutant.breaks} | ${verdict} |`)
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  console.log(bad === 0 ? 'All were noticed.' : `${bad} were not.`)
  return bad === 0 ? 0 : 1
}

if (import.meta.main) process.exit(await main(process.argv.slice(2)))
