// The same SDK in Node and in a real browser, against the real server.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Client, createClient } from '../../src/client/client.ts'
import { run } from '../../src/local/child'
import { rootDir } from '../../src/local/paths'
import { browserTest } from '../support/browser.ts'
import { bundle } from './bundle.ts'
import { until } from './clock.ts'
import { befriend, signUp, startInstallation, type Installation } from './installation.ts'
import { startProxy } from './proxy.ts'

let installation: Installation
const dir = mkdtempSync(join(tmpdir(), 'curlew-sdk-'))

beforeAll(async () => {
  installation = await startInstallation()
}, 120_000)

afterAll(async () => {
  await installation?.[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
}, 240_000)

const node = Bun.which('node')

test('the SDK is small: no schema gets into a bundle', async () => {
  const text = await bundle('browser')
  expect(text).not.toContain('TypeBox')
  expect(text.length).toBeLessThan(47_000)
  const compressed = Bun.gzipSync(Buffer.from(text)).length
  console.log(`The SDK has ${text.length} bytes, ${compressed} compressed.`)
})

describe.skipIf(!node)('node', () => {
  test('chats over the package ws, and ends by itself when closed', async () => {
    await using alice = await signUp(installation, 'alice')
    await using bob = await signUp(installation, 'bob')
    await befriend(alice, bob)
    const path = join(dir, 'client.mjs')
    writeFileSync(path, await bundle('node'))
    const heard: string[] = []
    bob.on('message', ({ content, from_user_id, conversation_id }) => {
      heard.push(content)
      if (from_user_id !== alice.userId) return
      void bob.send({ conversation_id, content: content.replace('node', 'bun') })
    })
    await bob.connect()
    const script = join(rootDir, 'tests', 'client', 'node-chat.mjs')
    const tokens = JSON.stringify(alice.tokens)
    const args = [script, path, installation.url, tokens, bob.userId, '20']
    const ended = await run({ command: node!, args, cwd: rootDir })
    expect({ code: ended.code, tail: ended.code === 0 ? [] : ended.tail }).toEqual({
      code: 0,
      tail: [],
    })
    const said = JSON.parse(ended.tail.at(-1)!) as {
      version: string
      heard: { seq: number; content: string }[]
      uploaded: boolean
    }
    expect(said.uploaded).toBe(true)
    expect(said.heard.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1))
    await until('bob has heard all', () => heard.length === 40)
    expect(said.heard.map(({ content }) => content)).toEqual(heard)
    const own = heard.filter((text) => text.startsWith('node'))
    expect(own).toEqual(Array.from({ length: 20 }, (_, at) => `node ${at}`))
  }, 240_000)
})

/** What the page holds for the test. */
interface PageScope {
  createClient: typeof createClient
  client: Client
  heard: string[]
}

/**
 * A page of the server's own origin with the SDK in it. A page made up by the test would count as
 * one of the public network, from which browsers do not let sockets into the local one.
 */
async function openPage(page: Page, url: string): Promise<void> {
  const script = (await bundle('browser')).replace(/export\s*\{([^}]*)\};?/, (_, names: string) => {
    const name = /([\w$]+) as createClient/.exec(names)?.[1] ?? 'createClient'
    return `globalThis.createClient = ${name}`
  })
  await page.addInitScript({ content: `{${script}}` })
  await page.goto(`${url}/api/v1/ping`)
}

describe('a browser', () => {
  browserTest(
    'chats, survives cuts of its line and a reload with messages that wait',
    async (chrome) => {
      await using proxy = await startProxy(installation.port)
      await using alice = await signUp(installation, 'alice')
      await using bob = await signUp(installation, 'bob')
      await befriend(alice, bob)
      const heard: string[] = []
      bob.on('message', ({ content }) => void heard.push(content))
      await bob.connect()
      const page = await chrome.newPage()
      const url = `http://127.0.0.1:${proxy.port}`
      await openPage(page, url)
      const start = (tokens: unknown) =>
        page.evaluate(
          async ([base, held]) => {
            const scope = globalThis as unknown as PageScope
            scope.heard = []
            scope.client = scope.createClient({
              url: base as string,
              tokens: held as { token: string },
              storage: localStorage,
              random: () => 0.1,
              limits: { formBytesMax: 1_000, chunkBytes: 100_000, chunkBytesMax: 100_000 },
            })
            scope.client.on('message', ({ content }) => void scope.heard.push(content))
            await scope.client.connect()
          },
          [url, tokens] as const,
        )
      const say = (from: number, count: number) =>
        page.evaluate(
          ([to, first, many]) => {
            const { client } = globalThis as unknown as PageScope
            for (let at = first; at < first + many; at++) {
              client.send({ to_user_id: to, content: String(at) })
            }
          },
          [bob.userId, from, count] as const,
        )
      const pageHeard = () => page.evaluate(() => (globalThis as unknown as PageScope).heard)
      await start(alice.tokens)
      await say(0, 30)
      await until('some came through', () => heard.length > 5)
      proxy.cut()
      await until('all came through', () => heard.length === 30, 30_000)
      await until('the page has its own', async () => (await pageHeard()).length === 30)
      const all = (count: number) => Array.from({ length: count }, (_, at) => String(at))
      expect(await pageHeard()).toEqual(all(30))

      proxy.refuse(true)
      proxy.cut()
      await say(30, 5)
      proxy.refuse(false)
      await page.reload()
      await start(alice.tokens)
      await until('what waited is sent', () => heard.length === 35, 30_000)
      expect(heard).toEqual(all(35))
      await bob.send({ to_user_id: alice.userId, content: 'welcome back' })
      await until('the page hears', async () => (await pageHeard()).includes('welcome back'))

      // A file whose page is loaded anew in the middle, and chosen once more.
      const chooses = (leaveAt: number) =>
        page.evaluate(async (enough) => {
          const { client } = globalThis as unknown as PageScope
          const file = new File(['lake '.repeat(100_000)], 'lake.txt', { lastModified: 1_700_000 })
          return await new Promise<number[]>((resolve) => {
            const told: number[] = []
            const onProgress = ({ sent }: { sent: number }) => {
              told.push(sent)
              if (sent >= enough) resolve(told)
            }
            client.upload(file, { onProgress }).then(({ size }) => resolve([told[0]!, size]))
          })
        }, leaveAt)
      expect((await chooses(200_000)).length).toBeGreaterThan(2)
      proxy.cut()
      await page.reload()
      await start(alice.tokens)
      const [went, size] = await chooses(Infinity)
      expect([went! >= 200_000, size]).toEqual([true, 500_000])
      await page.evaluate(() => (globalThis as unknown as PageScope).client.close())
      const left = await page.evaluate(() => localStorage.length)
      expect(left).toBe(0)
    },
  )

  browserTest(
    'two tabs refresh at once, again and again, and the session lives',
    async (chrome) => {
      await using alice = await signUp(installation, 'alice')
      const context = await chrome.newContext()
      let asked = 0
      context.on('request', (request) => {
        if (request.url().endsWith('/users/refresh')) asked++
      })
      // Hers, and of no use any more.
      const token = `x.${btoa(JSON.stringify({ sub: alice.userId }))}.x`
      const tabs = await Promise.all([context.newPage(), context.newPage()])
      for (const tab of tabs) {
        await openPage(tab, installation.url)
        await tab.evaluate(
          ([base, held]) => {
            localStorage.setItem('tokens', JSON.stringify(held))
            const scope = globalThis as unknown as PageScope
            scope.client = scope.createClient({
              url: base as string,
              tokens: () => JSON.parse(localStorage.getItem('tokens') ?? 'null'),
              onTokens: (tokens) => localStorage.setItem('tokens', JSON.stringify(tokens)),
            })
          },
          [installation.url, { ...alice.tokens, token }] as const,
        )
      }
      const whoAmI = (tab: Page) =>
        tab.evaluate(async () => {
          const { client } = globalThis as unknown as PageScope
          return (await client.call('accounts.me')).user_id
        })
      for (let round = 0; round < 3; round++) {
        expect(await Promise.all(tabs.map(whoAmI))).toEqual([alice.userId, alice.userId])
      }
      // Once for both as a rule. What one process writes into localStorage another may read a moment
      // later, lock or no lock: then the server's grace gives both the same new token.
      expect(asked).toBeGreaterThan(0)
    },
  )
})
