// Brings a fresh clone to the point where Bun can take over: Node checked, Bun here, packages here.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBun, installBun } from './bun.mjs'
import { Sentence, lastLines, looksOffline, runQuietly } from './command.mjs'
import { step } from './progress.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

function checkMachine() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) throw new Sentence(`Node.js 20 or newer is needed; this is ${process.version}.`)
  if (process.platform === 'win32') {
    throw new Sentence('Windows is not supported directly; run it inside WSL 2.')
  }
}

/** Root's services run as another user, who must be able to pass through; only names show. */
function makeDataDir() {
  const folder = join(root, '.data')
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, process.getuid() === 0 ? 0o711 : 0o700)
}

function packagesMark() {
  const hash = createHash('sha256')
  for (const name of ['package.json', 'bun.lock']) hash.update(readFileSync(join(root, name)))
  return `${process.platform}-${process.arch} ${hash.digest('hex')}\n`
}

async function installPackages(bun) {
  const { code, output } = await runQuietly(bun, ['install', '--frozen-lockfile'], { cwd: root })
  if (code === 0) return
  if (looksOffline(output)) {
    throw new Sentence('The packages could not be fetched: the package registry is not reachable.')
  }
  throw new Sentence(`bun install failed:\n${lastLines(output)}`)
}

/** Where Bun is not on the PATH, package scripts such as `npm run cli` still find it. */
function linkForScripts(bun) {
  const folder = join(root, 'node_modules', '.bin')
  const link = join(folder, 'bun')
  const others = (process.env.PATH ?? '').split(delimiter).filter((path) => path !== folder)
  if (bun === link || others.some((path) => path && existsSync(join(path, 'bun')))) return
  mkdirSync(folder, { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(bun, link)
}

/** Returns the path of Bun. What is there already is left alone, so a later start works offline. */
export async function prepare() {
  checkMachine()
  makeDataDir()
  let bun = findBun(root)
  if (!bun) await step('Installing Bun', async () => void (bun = await installBun(root)))
  const markFile = join(root, 'node_modules', '.curlew-installed')
  const mark = packagesMark()
  if (!existsSync(markFile) || readFileSync(markFile, 'utf8') !== mark) {
    await step('Installing packages', () => installPackages(bun))
    writeFileSync(markFile, mark)
  }
  linkForScripts(bun)
  return bun
}
