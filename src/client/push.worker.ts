// Web Push for service workers: an entry of its own, `curlew-client/push-worker`. Shows what the server
// sends, one notification for each conversation, and opens the application when one is clicked.

/** What the server sends: something to show, or that nothing is to be shown any more. */
interface Shown {
  readonly title: string
  readonly body: string
  readonly conversation_id: number
  readonly unread: number
  readonly badge: number
  readonly is_quiet: boolean
}
interface Cleared {
  readonly clear: true
  readonly body: string
  readonly conversation_id: number
  readonly badge: number
}

/** As much of a service worker as is used here: types of pages and of workers exclude each other. */
interface Extended {
  waitUntil(work: Promise<unknown>): void
}
interface Pushed extends Extended {
  readonly data: { json(): unknown } | null
}
interface Clicked extends Extended {
  readonly notification: { readonly data: unknown; close(): void }
}
interface Page {
  readonly url: string
  focus(): Promise<unknown>
  postMessage(message: unknown): void
}
export interface PushScope {
  readonly registration: ServiceWorkerRegistration
  readonly navigator: object
  readonly clients: {
    matchAll(options: object): Promise<readonly object[]>
    openWindow(url: string): Promise<unknown>
  }
  addEventListener(type: string, listener: (event: never) => void): void
}

export interface HandleOptions {
  readonly icon?: string
  /** The small picture beside it, where systems show one. */
  readonly badge?: string
  /** Where a conversation is shown; the root of the application as a rule. */
  readonly urlOf?: (conversationId: number) => string
}

/** What a page is told when somebody clicks a notification: `navigator.serviceWorker.onmessage`. */
export interface OpenConversation {
  readonly type: 'curlew-open'
  readonly conversation_id: number
}

/** Call it once, while the script of the worker runs: `handlePush(self)`. */
export function handlePush(scope: PushScope, options: HandleOptions = {}): void {
  scope.addEventListener('push', (event: Pushed) => {
    event.waitUntil(show(scope, options, event.data?.json() as Shown | Cleared))
  })
  scope.addEventListener('notificationclick', (event: Clicked) => {
    event.notification.close()
    const { conversation_id } = event.notification.data as OpenConversation
    event.waitUntil(open(scope, options, conversation_id))
  })
}

const tagOf = (conversation: number) => `curlew-${conversation}`

/** A browser has to show something for what it is sent: what was taken back makes way for a line. */
async function show(scope: PushScope, options: HandleOptions, sent: Shown | Cleared) {
  const { conversation_id, body, badge } = sent
  const tag = tagOf(conversation_id)
  const [before] = await scope.registration.getNotifications({ tag })
  const isSilent = 'clear' in sent || sent.is_quiet
  const title = 'clear' in sent ? (before?.title ?? body) : sent.title
  const { icon, badge: picture } = options
  const looks = { ...(icon ? { icon } : {}), ...(picture ? { badge: picture } : {}) }
  // One that takes the place of another makes a sound only where it is asked to.
  const sound = { renotify: !isSilent, silent: isSilent }
  const data: OpenConversation = { type: 'curlew-open', conversation_id }
  await scope.registration.showNotification(title, { ...looks, ...sound, body, tag, data })
  await count(scope, badge)
}

/** On the icon of an installed application, where there is one. */
async function count({ navigator }: PushScope, badge: number): Promise<void> {
  const able = navigator as { setAppBadge?: (count: number) => Promise<void> }
  await able.setAppBadge?.(badge).catch(() => {})
}

/** A page that is open comes to the front and is told; otherwise one is opened. */
async function open(scope: PushScope, { urlOf }: HandleOptions, conversation_id: number) {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages[0] as Page | undefined
  if (!page) return scope.clients.openWindow(urlOf?.(conversation_id) ?? '/')
  await page.focus().catch(() => {})
  const message: OpenConversation = { type: 'curlew-open', conversation_id }
  // To a page of ours, which is a client and no window here.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- clients have none
  return page.postMessage(message)
}
