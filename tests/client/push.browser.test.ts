// Web Push in a browser: what a service worker shows and opens, and how a page subscribes.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { disablePush, enablePush, type PushClient } from '../../src/client/push.ts'
import { rootDir } from '../../src/local/paths'
import { browserTest, inTime } from '../support/browser.ts'
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

/** A page of an application whose service worker shows what a push service brings. */
async function openTalk(browser: Browser) {
  const worker = await script(`
    import { handlePush } from './push.worker.ts'
    handlePush(self, { icon: '/icon.png', urlOf: (id) => '/talk/' + id })`)
  const server = Bun.serve({
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
  const { origin } = server.url
  const context = await browser.newContext()
  await context.grantPermissions(['notifications'], { origin })
  const page = await context.newPage()
  await page.goto(server.url.href)
  const cdp = await context.newCDPSession(page)
  let registrationId = ''
  cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registrationId = registrations[0]?.registrationId ?? registrationId
  })
  await cdp.send('ServiceWorker.enable')
  const registers = page.evaluate(async () => {
    const told: unknown[] = []
    Object.assign(globalThis, { told })
    navigator.serviceWorker.addEventListener('message', ({ data }) => void told.push(data))
    navigator.serviceWorker.startMessages()
    await navigator.serviceWorker.register('/worker.js')
    await navigator.serviceWorker.ready
  })
  await inTime('a service worker', registers)
  await eventually(() => registrationId !== '', { what: 'its registration', within: 5_000 })
  const push = (sent: object) =>
    cdp.send('ServiceWorker.deliverPushMessage', {
      origin,
      registrationId,
      data: JSON.stringify(sent),
    })
  const shown = () =>
    inTime(
      'what is shown',
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready
        const all = await registration.getNotifications()
        return all.map(({ title, body, tag, silent }) => ({ title, body, tag, silent }))
      }),
    )
  const told = () => page.evaluate(() => Reflect.get(globalThis, 'told') as unknown[])
  const click = (tag: string) =>
    context.serviceWorkers()[0]!.evaluate(async (of) => {
      const scope = globalThis as unknown as { registration: ServiceWorkerRegistration }
      const [notification] = await scope.registration.getNotifications({ tag: of })
      const Clicked = Reflect.get(globalThis, 'NotificationEvent')
      globalThis.dispatchEvent(new Clicked('notificationclick', { notification }))
    }, tag)
  /** Pushes, and waits until it is seen. */
  const brings = async (sent: object, tag: string, body: string) => {
    await push(sent)
    const isSeen = async () =>
      (await shown()).some((each) => each.tag === tag && each.body === body)
    await eventually(isSeen, { what: `"${body}" for ${tag}`, within: 5_000 })
  }
  return { brings, shown, told, click, [Symbol.asyncDispose]: () => server.stop(true) }
}

const message = (conversation_id: number, body: string) => ({
  title: 'alice',
  body,
  conversation_id,
  from_user_id: 'alice',
  unread: 1,
  badge: 1,
  is_quiet: false,
})

browserTest(
  'a service worker shows one for each conversation, what takes its place, and what is clicked',
  async (browser) => {
    await using talk = await openTalk(browser)
    const tag = 'curlew-7'
    const isLoud = { title: 'alice', silent: false }
    await talk.brings(message(7, 'New message'), tag, 'New message')
    expect(await talk.shown()).toEqual([{ ...isLoud, body: 'New message', tag }])
    await talk.brings(message(8, 'New message'), 'curlew-8', 'New message')
    await talk.brings(message(7, '2 new messages'), tag, '2 new messages')
    expect(await talk.shown()).toHaveLength(2)
    const body = 'A message was taken back'
    await talk.brings({ clear: true, conversation_id: 7, badge: 0, body }, tag, body)
    const left = (await talk.shown()).find((each) => each.tag === tag)
    expect(left).toEqual({ title: 'alice', body, tag, silent: true })

    // The page that is open is told which conversation was meant.
    await talk.click('curlew-8')
    await eventually(async () => (await talk.told()).length === 1, { within: 5_000 })
    expect(await talk.told()).toEqual([{ type: 'curlew-open', conversation_id: 8 }])
    const isGone = async () => (await talk.shown()).every((each) => each.tag !== 'curlew-8')
    await eventually(isGone, { what: 'the end of what was clicked', within: 5_000 })
  },
)

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
