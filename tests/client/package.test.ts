// The SDK as an application gets it: the tarball of `bun run pack`, installed by npm where nothing
// else is, in Node, in Bun, in a browser and before the type checker.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { createClient } from '../../src/client/client.ts'
import { run } from '../../src/local/child'
import { rootDir } from '../../src/local/paths'
import { build } from '../../scripts/pack/build.ts'
import { manifestOf } from '../../scripts/pack/manifest.ts'
import { browserTest } from '../support/browser.ts'
import { deepTest } from '../support/deep.ts'
import { befriend, signUp, startInstallation, type Installation } from './installation.ts'

const [node, npm] = [Bun.which('node'), Bun.which('npm')]
const dir = mkdtempSync(join(tmpdir(), 'curlew-package-'))
/** An application that has the package, `ws`, and nothing else. */
const app = join(dir, 'app')
const project = await Bun.file(join(rootDir, 'package.json')).json()
const tarball = join(dir, `curlew-client-${project.version}.tgz`)
let said = ''

/** A command that has to end well; answers what it said last. */
async function does(command: string, args: readonly string[], cwd = app): Promise<string> {
  const { code, text } = await run({ command, args, cwd })
  expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' })
  return text
}

beforeAll(async () => {
  said = await does(process.execPath, [join(rootDir, 'scripts/pack/main.ts'), dir], rootDir)
  cpSync(join(rootDir, 'tests', 'client', 'package'), app, { recursive: true })
  cpSync(join(rootDir, 'tests', 'client', 'node-chat.mjs'), join(app, 'chat.mjs'))
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n')
  if (!npm) return
  const flags = ['--offline', '--no-audit', '--no-fund', '--cache', join(dir, 'cache')]
  await does(npm, ['install', ...flags, tarball, join(rootDir, 'node_modules', 'ws')])
}, 120_000)

afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('the tarball', () => {
  const files = async () => await new Bun.Archive(await Bun.file(tarball).bytes()).files()

  test('holds JavaScript, declarations and three texts, and nothing of a schema', async () => {
    const held = await files()
    const code = /^(client|protocol|push(-worker)?|replica|sqlite|react)(\/[\w.]+)*(\.js|\.d\.ts)$/
    const paths = [...held.keys()].map((path) => path.replace('package/', ''))
    const others = paths.filter((path) => !code.test(path))
    expect(others.toSorted()).toEqual(['LICENSE', 'README.md', 'package.json'])
    const foreign = /typebox|bun-types|from ['"](?!\.{1,2}\/|curlew-client|react['"])/i
    const texts = await Promise.all([...held.values()].map((file) => file.text()))
    expect(paths.filter((_, index) => foreign.test(texts[index]!))).toEqual([])
  })

  test('needs no other package, and bears the version of the project', async () => {
    const text = await (await files()).get('package/package.json')!.text()
    const manifest = JSON.parse(text)
    expect(manifest).toEqual(manifestOf(project))
    expect(manifest.version).toBe(project.version)
    const dependencies = Object.keys(manifest).filter((key) => /dependencies/i.test(key))
    expect(dependencies).toEqual(['peerDependencies', 'peerDependenciesMeta'])
    // Only who uses the hooks has to have React.
    expect(manifest.peerDependencies).toEqual({ react: '>=18' })
    expect(manifest.peerDependenciesMeta).toEqual({ react: { optional: true } })
  })

  test('is the same, byte for byte, when it is made once more', async () => {
    const again = join(dir, 'again')
    mkdirSync(again)
    const name = await build(again)
    expect(Bun.hash(readFileSync(join(again, name)))).toBe(Bun.hash(readFileSync(tarball)))
  })

  test('adds no more to a bundle than its page says', () => {
    const page = readFileSync(join(rootDir, 'src', 'client', 'README.md'), 'utf8')
    const sizes = (text: string) =>
      [...text.matchAll(/(\d[\d.]*) KB minified, (\d[\d.]*) KB compressed/g)].map((each) =>
        each.slice(1, 3).map(Number),
      )
    // The client alone, and with a replica.
    const [is, told] = [sizes(said), sizes(page)]
    expect([is.length, told.length]).toEqual([2, 2])
    const over = is.flat().filter((size, at) => size > (told.flat()[at] ?? 0))
    expect(over).toEqual([])
    expect(told.map(([, compressed]) => compressed)).toEqual([16, 34])
  })
})

describe.skipIf(!npm)('its types', () => {
  const options = { strict: true, noEmit: true, skipLibCheck: false, target: 'ES2022' }
  const page = { lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] }
  const types = { types: ['node'], typeRoots: [join(rootDir, 'node_modules', '@types')] }
  const tsc = [process.execPath, join(rootDir, 'node_modules', 'typescript', 'lib', 'tsc.js')]

  async function checks(checker: string[], file: string, more: object): Promise<void> {
    const config = join(app, 'tsconfig.json')
    const compilerOptions = { ...options, ...more }
    writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }))
    const [command = '', ...args] = checker
    await does(command, [...args, '-p', config])
  }

  const bun = [process.execPath, 'check', '--no-script']
  const bundler = { ...page, module: 'ESNext', moduleResolution: 'bundler' }
  const nodenext = { ...page, module: 'nodenext' }
  const node16 = { ...page, module: 'node16', moduleResolution: 'node16' }

  test.each([
    ['a bundler', bundler],
    ['node16', node16],
    ['nodenext', nodenext],
    ['nodenext, where there is no page', { ...nodenext, ...types, lib: ['ES2023'] }],
    ['every strictness', { ...bundler, exactOptionalPropertyTypes: true }],
  ])('fit %s, libraries checked', async (_, more) => {
    await checks(bun, 'program.ts', more)
  })

  deepTest('fit TypeScript 5, libraries checked', async () => {
    await checks(tsc, 'program.ts', nodenext)
  })

  test('say what the schemas say', async () => {
    const paths = { 'curlew/*': [join(rootDir, 'src', '*')] }
    const imports = { allowImportingTsExtensions: true, skipLibCheck: true, lib: ['ESNext', 'DOM'] }
    await checks(bun, 'same.ts', { ...bundler, ...imports, paths })
  })

  test('let the examples of its page compile', async () => {
    const text = readFileSync(join(app, 'node_modules', 'curlew-client', 'README.md'), 'utf8')
    const examples = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, each = '']) => each)
    const named = examples.map((each) => /from '([^']+)'/.exec(each)?.[1])
    expect(named).toEqual(['curlew-client', 'curlew-client/replica'])
    const free = ['email: string, password: string', 'show: (each: object) => void']
    const more = ['setOnline: (yes: boolean) => void', 'showPending: (id: string) => void']
    const names = [...free, ...more, 'conversation: number']
    const declared = names.map((each) => `declare const ${each}\n`).join('')
    const scope = (example: string, at: number) =>
      `${declared}${example}export const at${at} = ${at}\n`
    for (const [at, example] of examples.entries()) {
      writeFileSync(join(app, `readme.${at}.ts`), scope(example, at))
      await checks(bun, `readme.${at}.ts`, bundler)
    }
  })
})

describe.skipIf(!npm)('against the server', () => {
  let installation: Installation
  beforeAll(async () => {
    installation = await startInstallation()
  }, 120_000)
  afterAll(() => installation?.[Symbol.asyncDispose](), 60_000)

  /** A friend who answers everything, for a program to talk with. */
  async function friends() {
    const alice = await signUp(installation, 'alice')
    const bob = await signUp(installation, 'bob')
    await befriend(alice, bob)
    bob.on('message', ({ content, from_user_id, conversation_id }) => {
      if (from_user_id === alice.userId)
        void bob.send({ conversation_id, content: `re: ${content}` })
    })
    await bob.connect()
    const close = () => Promise.all([alice.close(), bob.close()])
    return { alice, bob, [Symbol.asyncDispose]: async () => void (await close()) }
  }

  async function chatsIn(command: string): Promise<void> {
    await using pair = await friends()
    const { alice, bob } = pair
    const tokens = JSON.stringify(alice.tokens)
    const args = ['chat.mjs', 'curlew-client', installation.url, tokens, bob.userId, '5']
    const answer = JSON.parse((await does(command, args)).split('\n').at(-1) ?? '')
    expect(answer.uploaded).toBe(true)
    const heard = answer.heard as { seq: number; content: string }[]
    expect(heard.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, at) => at + 1))
    const own = heard.map(({ content }) => content).filter((text) => !text.startsWith('re: '))
    expect(own).toEqual(Array.from({ length: 5 }, (_, at) => `node ${at}`))
  }

  test.skipIf(!node)('chats in Node', async () => await chatsIn(node!), 60_000)

  test('chats in Bun', async () => await chatsIn(process.execPath), 60_000)

  browserTest('chats in a browser, from a bundle', async (chrome) => {
    const { alice, bob } = await friends()
    await using _ = alice
    await using __ = bob
    const entrypoints = [join(app, 'page.ts')]
    const { outputs } = await Bun.build({ entrypoints, target: 'browser', minify: true })
    const script = await outputs[0]!.text()
    const tab = await chrome.newPage()
    await tab.addInitScript({ content: `{${script}}` })
    await tab.goto(`${installation.url}/api/v1/ping`)
    const texts = await tab.evaluate(
      async ([url, tokens, friend]) => {
        const scope = globalThis as unknown as { createClient: typeof createClient }
        const client = scope.createClient({
          url: url as string,
          tokens: tokens as { token: string },
        })
        const heard: string[] = []
        const answered = new Promise<void>((resolve) => {
          client.on('message', ({ content }) => void (heard.push(content) === 2 && resolve()))
        })
        await client.connect()
        await client.send({ to_user_id: friend as string, content: 'hi' })
        await answered
        await client.close()
        return heard
      },
      [installation.url, alice.tokens, bob.userId] as const,
    )
    expect(texts).toEqual(['hi', 're: hi'])
  })
})
