// The hooks of React: drawn on a server, and in a real browser with two tabs that have one store.
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import {
  ReplicaProvider,
  useConversations,
  useFriends,
  usePresence,
  useStanding,
  useTimeline,
} from '../../src/client/react/react.ts'
import { MemoryStore } from '../../src/client/replica/replica.ts'
import { rootDir } from '../../src/local/paths'
import { browserTest, inTime } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { mayFetch, png } from '../support/files.ts'
import { Line } from './line.ts'
import { deviceOf, isLive } from './replica.device.ts'
import type { PageScope } from './react.page.ts'

const line = new Line()

function Summary({ id, friend }: { readonly id: number; readonly friend: string }) {
  const { messages } = useTimeline(id)
  const shown = {
    state: useStanding().state,
    conversations: useConversations().length,
    friends: useFriends().map(({ friend_id }) => friend_id),
    said: messages.map(({ content }) => content),
    there: usePresence([friend]).get(friend)?.online ?? false,
  }
  return createElement('pre', {}, JSON.stringify(shown))
}

test('what is known is drawn, on a server as well; without a replica it says why not', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  await ben.says(ann, 'hi')
  await using replica = deviceOf(line.proxy, ann, { store: new MemoryStore() })
  await replica.start()
  await eventually(() => isLive(replica) && replica.timeline(id).current.isLoaded)
  const page = createElement(Summary, { id, friend: ben.userId })
  const drawn = renderToString(createElement(ReplicaProvider, { replica }, page))
  const shown = JSON.parse(drawn.replaceAll(/<\/?pre>/g, '').replaceAll('&quot;', '"'))
  expect(shown).toEqual({
    state: 'live',
    conversations: 1,
    friends: [ben.userId],
    said: ['hi'],
    there: false,
  })
  expect(() => renderToString(page)).toThrow('There is no <ReplicaProvider> above this component.')
})

async function bundled(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(rootDir, 'tests', 'client', 'react.page.ts')],
    target: 'browser',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return await outputs[0]!.text()
}

describe('in a browser', () => {
  browserTest(
    'two tabs show the same, offline as well; the one that is left goes on',
    async (chrome) => {
      line.proxy.refuse(false)
      const { ann, ben } = await line.app.people('ann', 'ben')
      const id = await ann.befriends(ben)
      await ben.says(ann, 'hi')
      const script = await inTime('a bundle', bundled())
      const context = await chrome.newContext()
      const url = line.url
      const tokens = { token: ann.token, refresh_token: ann.refreshToken }
      const open = async (): Promise<Page> => {
        const tab = await context.newPage()
        await tab.addInitScript({ content: `{${script}}` })
        // A page of the server's own origin: one of another would not be let into the local network.
        await tab.goto(`${url}/api/v1/ping`)
        return tab
      }
      const begin = (tab: Page) =>
        inTime(
          'a replica that starts',
          tab.evaluate(
            ([base, held]) =>
              (globalThis as unknown as PageScope).begin(base as string, held as never),
            [url, tokens] as const,
          ),
        )
      const texts = (tab: Page, which: string) => tab.locator(which).allTextContents()
      const shows = (tab: Page, ...said: string[]) =>
        eventually(async () => (await texts(tab, '.said')).join() === said.join(), {
          what: `${said}`,
        })
      const says = async (tab: Page, words: string) => {
        await tab.locator('input').fill(words)
        await tab.locator('button').click()
      }
      const first = await open()
      await begin(first)
      await first.locator('main.leads#live').waitFor()
      const second = await open()
      await begin(second)
      await second.locator('main.follows#live').waitFor()
      await Promise.all([shows(first, 'hi'), shows(second, 'hi')])
      // A store of the browser keeps the contract of stores.
      expect(await inTime('the store', first.evaluate(contract))).toEqual([
        false,
        ['m/1', 'm/2'],
        true,
        ['m/3', 'writer'],
        [7, 8],
      ])

      await says(second, 'from the second')
      await Promise.all([first, second].map((tab) => shows(tab, 'hi', 'from the second')))

      line.proxy.refuse(true)
      line.proxy.cut()
      await second.locator('main#behind').waitFor()
      await says(second, 'later')
      await eventually(async () => (await texts(first, '.waits')).join() === 'later')
      await second.evaluate((image) => {
        const { replica } = globalThis as unknown as PageScope
        const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0))
        const [talk] = replica.conversations().current
        const file = new File([bytes], 'lake.png', { type: 'image/png' })
        void replica.sendFile(file, { conversation_id: talk!.id, content: 'a lake' })
      }, png.toString('base64'))
      // Seen in its own tab, and in the one that has it from the store.
      await Promise.all([first, second].map((tab) => isDrawn(tab)))
      await inTime('a tab that closes', first.close())
      await second.locator('main.leads').waitFor()
      // Loaded anew without a network: the page itself comes from where pages come from.
      const closes = second.evaluate(() => (globalThis as unknown as PageScope).replica.close())
      await inTime('a replica that closes', closes)
      await begin(second)
      await eventually(async () => (await texts(second, '.said')).length === 2, {
        what: 'the store',
      })
      expect(await texts(second, '.waits')).toEqual(['later', 'a lake'])
      await isDrawn(second)
      line.proxy.refuse(false)
      await shows(second, 'hi', 'from the second', 'later', 'a lake')
      const [image] = (await ben.reads(id)).filter(({ media_id }) => media_id !== undefined)
      expect(image?.message_type).toBe(2)
      await eventually(() => mayFetch(ben, image!.media_id!), { what: 'the image' })
      expect(await texts(second, '.waits')).toEqual([])
    },
  )
})

/** The browser has made an image of what is to be sent. */
async function isDrawn(tab: Page): Promise<void> {
  const image = tab.locator('img')
  await image.waitFor({ state: 'attached' })
  await eventually(() => image.evaluate((each) => (each as HTMLImageElement).naturalWidth === 1))
}

/** Runs in the page. */
async function contract(): Promise<unknown[]> {
  const store = new (globalThis as unknown as PageScope).IndexedDbStore('contract')
  const keys = async (prefix: string) => (await store.list('a', prefix)).map(([key]) => key)
  const put = [
    ['m/2', 2],
    ['m/1', { n: 1 }],
    ['writer', 'me'],
  ] as const
  await store.write('a', { put })
  await store.write('b', { put: [...put, ['m/3', new Uint8Array([7, 8])]] })
  const batch = { dropUnder: ['m/'], put: [['m/3', 3]] as const }
  const isAnothers = await store.write('a', batch, ['writer', 'another'])
  const before = await keys('m/')
  const isMine = await store.write('a', batch, ['writer', 'me'])
  const bytes = await store.list('b', 'm/3')
  return [isAnothers, before, isMine, await keys(''), Array.from(bytes[0]?.[1] as Uint8Array)]
}
