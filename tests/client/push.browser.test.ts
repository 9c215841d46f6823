// Web Push in a browser: what a service worker shows and opens, and how a page subscribes.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { disablePush, enablePush, type PushClient } from '../../src/client/push.ts'
import { rootDir } from '../../src/local/paths'
import { browserPath, openBrowser } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'

async function script(text: string): Promise<string> {
  const entry = join(rootDir, 'src', 'client', 'entry-of-a-test.ts')
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    files: { [entry]: text },
    target: 'browser',
  })
  return outputs[0]!.text()
}

describe.skipIf(!browserPath)('a service worker', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let cdp: CDPSession
  let server: ReturnType<typeof Bun.serve>
  let registrationId = ''
  beforeAll(async () => {
    const worker = await script(`
      import { handlePush } from './push.worker.ts'
      handlePush(self, { icon: '/icon.png', urlOf: (id) => '/talk/' + id })`)
    server = Bun.serve({
      port: 0,
      hostname: 'localhost',
      fetch(request) {
        const isWorker = new URL(request.url).pathname === '/worker.js'
        const type = isWorker ? 'text/javascript' : 'text/html'
        return new Response(isWorker ? worker : '<!doctype html><title>Talk</title>', {
          headers: { 'content-type': type },
        })
      },
    })
    browser = await openBrowser()
    context = await browser.newContext()
    await context.grantPermissions(['notifications'], { origin: server.url.origin })
    page = await context.newPage()
    await page.goto(server.url.href)
    cdp = await context.newCDPSession(page)
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      registrationId = registrations[0]?.registrationId ?? registrationId
    })
    await cdp.send('ServiceWorker.enable')
    await page.evaluate(async () => {
      const told: unknown[] = []
      Object.assign(globalThis, { told })
      navigator.serviceWorker.addEventListener('message', ({ data }) => void told.push(data))
      navigator.serviceWorker.startMessages()
      await navigator.serviceWorker.register('/worker.js')
      await navigator.serviceWorker.ready
    })
    await eventually(() => registrationId !== '')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop(true)
  })

  const push = (sent: object) =>
    cdp.send('ServiceWorker.deliverPushMessage', {
      origin: server.url.origin,
      registrationId,
      data: JSON.stringify(sent),
    })
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      const all = await registration.getNotifications()
      return all.map(({ title, body, tag, silent }) => ({ title, body, tag, silent }))
    })
  const message = (conversation_id: number, body: string, is_quiet = false) => ({
    title: 'alice',
    body,
    conversation_id,
    from_user_id: 'alice',
    unread: 1,
    badge: 1,
    is_quiet,
  })

  test('shows one for each conversation, and what takes its place', async () => {
    await push(message(7, 'New message'))
    const tag = 'curlew-7'
    await eventually(async () => (await shown()).length === 1)
    expect(await shown()).toEqual([{ title: 'alice', body: 'New message', tag, silent: false }])
    await push(message(8, 'New message'))
    await push(message(7, '2 new messages'))
    // A worker shows what comes at once in no order.
    await eventually(async () => {
      const bodies = (await shown()).map(({ body }) => body)
      return bodies.includes('2 new messages') && bodies.includes('New message')
    })
    expect(await shown()).toHaveLength(2)
    await push({ clear: true, conversation_id: 7, badge: 0, body: 'A message was taken back' })
    await eventually(async () => (await shown()).some(({ body }) => body.includes('back')))
    const left = (await shown()).find((each) => each.tag === tag)
    expect(left).toEqual({ title: 'alice', body: 'A message was taken back', tag, silent: true })
  })

  test('tells the page that is open which conversation was meant', async () => {
    const [worker] = context.serviceWorkers()
    await worker!.evaluate(async () => {
      const scope = globalThis as unknown as { registration: ServiceWorkerRegistration }
      const [notification] = await scope.registration.getNotifications({ tag: 'curlew-8' })
      const Clicked = Reflect.get(globalThis, 'NotificationEvent')
      globalThis.dispatchEvent(new Clicked('notificationclick', { notification }))
    })
    const told = () => page.evaluate(() => Reflect.get(globalThis, 'told') as unknown[])
    await eventually(async () => (await told()).length === 1)
    expect(await told()).toEqual([{ type: 'curlew-open', conversation_id: 8 }])
    await eventually(async () => (await shown()).every(({ tag }) => tag !== 'curlew-8'))
  })
})

describe('a page', () => {
  const [one, other] = ['one', 'other'].map((word) => Buffer.from(word.padEnd(65, '.')))
  const subscriptions: { key: Uint8Array; isOver: boolean }[] = []
  const manager = {
    current: null as null | object,
    getSubscription: () => Promise.resolve(manager.current),
    subscribe({ applicationServerKey: key }: { applicationServerKey: Uint8Array }) {
      const own = { key, isOver: false }
      subscriptions.push(own)
      manager.current = {
        options: { applicationServerKey: key },
        toJSON: () => ({
          endpoint: 'https://push.example.net/1',
          keys: { p256dh: 'p', auth: 'a' },
        }),
        unsubscribe: () => {
          own.isOver = true
          manager.current = null
          return Promise.resolve(true)
        },
      }
      return Promise.resolve(manager.current)
    },
  }
  const registration = { pushManager: manager } as unknown as ServiceWorkerRegistration
  const called: unknown[] = []
  let key = one!
  let permission = 'granted'
  const client = {
    call(name: string, input: object) {
      called.push([name, input])
      const answers: Record<string, object> = {
        'push.key': { public_key: key.toString('base64url') },
        'push.subscribe': { id: 9 },
      }
      return Promise.resolve(answers[name] ?? {})
    },
  } as unknown as PushClient
  beforeAll(() => {
    const ask = () => Promise.resolve(permission)
    Object.assign(globalThis, { Notification: { requestPermission: ask } })
  })
  afterAll(() => void Reflect.deleteProperty(globalThis, 'Notification'))

  test('subscribes once, and anew for another key; without permission not at all', async () => {
    permission = 'denied'
    expect(await enablePush({ client, registration })).toBeNull()
    expect(called).toEqual([])
    permission = 'granted'
    expect(await enablePush({ client, registration })).toBe(9)
    expect(await enablePush({ client, registration })).toBe(9)
    expect(subscriptions.map(({ key: used }) => Buffer.from(used))).toEqual([one!])
    expect(called.at(-1)).toEqual([
      'push.subscribe',
      { endpoint: 'https://push.example.net/1', keys: { p256dh: 'p', auth: 'a' } },
    ])
    key = other!
    const settings = { preview: 'text', quiet_hours: null } as const
    await enablePush({ client, registration, settings })
    expect(subscriptions.map(({ isOver }) => isOver)).toEqual([true, false])
    expect(called.at(-1)).toEqual(['push.subscribe', expect.objectContaining({ settings })])
    await disablePush({ client, registration }, 9)
    expect(subscriptions.map(({ isOver }) => isOver)).toEqual([true, true])
    expect(called.at(-1)).toEqual(['push.unsubscribe', { id: 9 }])
  })
})
