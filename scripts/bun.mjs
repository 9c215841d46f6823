// Finds the Bun this project is pinned to, or installs it under .data/ with npm.
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Sentence, lastLines, looksOffline, runQuietly } from './command.mjs'

/** What package.json names under engines.bun: the oldest we accept and the one we install. */
export function pinnedVersion(root) {
  const range = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.bun
  return range.replace(/^[^\d]*/, '')
}

/** Same major and minor, and not older: a new minor may format or check differently. */
export function isAccepted(version, pinned) {
  const [major, minor, patch] = version.split(/[.-]/).map(Number)
  const [wantedMajor, wantedMinor, wantedPatch] = pinned.split('.').map(Number)
  return major === wantedMajor && minor === wantedMinor && patch >= wantedPatch
}

function versionOf(binary) {
  const answer = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 20_000 })
  return answer.status === 0 ? answer.stdout.trim() : undefined
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, 'bun')).filter((file) => existsSync(file))
}

function hasAvx2() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return true
  try {
    return /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    return true
  }
}

/**
 * The binaries npm brought, best first. They are taken straight from the platform packages because
 * npm may not run the install script that would put the right one in place.
 */
function installedBinaries(tools) {
  const folder = join(tools, 'node_modules', '@oven')
  if (!existsSync(folder)) return []
  const baselineFirst = !hasAvx2()
  const rank = (name) => (name.includes('baseline') === baselineFirst ? 0 : 1)
  return readdirSync(folder)
    .toSorted((a, b) => rank(a) - rank(b))
    .map((name) => join(folder, name, 'bin', 'bun'))
    .filter((file) => existsSync(file))
}

function pickInstalled(tools, pinned) {
  for (const binary of installedBinaries(tools)) {
    chmodSync(binary, 0o755)
    const version = versionOf(binary)
    if (version && isAccepted(version, pinned)) return binary
  }
  return undefined
}

/** The path of a fitting Bun that is already here, or undefined. */
export function findBun(root) {
  const pinned = pinnedVersion(root)
  const own = process.versions.bun
  if (own && isAccepted(own, pinned)) return process.execPath
  for (const binary of onPath()) {
    const version = versionOf(binary)
    if (version && isAccepted(version, pinned)) return binary
  }
  return pickInstalled(join(root, '.data', 'tools'), pinned)
}

function npmCommand() {
  const script = process.env.npm_execpath ?? ''
  const isNpm = script.endsWith('npm-cli.js') && !process.versions.bun
  return isNpm ? [process.execPath, [script]] : ['npm', []]
}

/** npm keeps its cache at home; whoever has none to write to (a user of a container) keeps it here. */
function cacheFlags(tools) {
  try {
    accessSync(homedir(), constants.W_OK)
    return []
  } catch {
    return ['--cache', join(tools, 'npm-cache')]
  }
}

export async function installBun(root) {
  const pinned = pinnedVersion(root)
  const tools = join(root, '.data', 'tools')
  mkdirSync(tools, { recursive: true })
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n')
  const [command, before] = npmCommand()
  const flags = [
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=1',
  ]
  const args = [...before, 'install', '--prefix', tools, ...flags, ...cacheFlags(tools)]
  args.push(`bun@${pinned}`)
  const { code, output } = await runQuietly(command, args, { cwd: tools })
  if (code === -1) throw new Sentence(`Bun ${pinned} is missing and npm could not be started.`)
  if (code !== 0 && looksOffline(output)) {
    throw new Sentence(`Bun ${pinned} could not be fetched: the package registry is not reachable.`)
  }
  if (code !== 0) throw new Sentence(`npm could not install Bun ${pinned}:\n${lastLines(output)}`)
  const binary = pickInstalled(tools, pinned)
  if (!binary) {
    const machine = `${process.platform}-${process.arch}`
    throw new Sentence(`Bun ${pinned} has no build that runs on this machine (${machine}).`)
  }
  return binary
}
