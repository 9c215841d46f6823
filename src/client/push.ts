// Web Push for pages: an entry of its own, `curlew-client/push`. What the browser does with what it is
// sent then stands in push.worker.ts.
import type { InputOf, OperationName, OutputOf } from '../protocol/operations.ts'

/** What is needed of a client: a `Client`, or whatever calls operations. */
export interface PushClient {
  call<N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N>>
}

type PushSettings = NonNullable<InputOf<'push.subscribe'>['settings']>

export interface EnableOptions {
  readonly client: PushClient
  /** Of a service worker that calls `handlePush`. */
  readonly registration: ServiceWorkerRegistration
  /** Of this browser, in place of its account’s. */
  readonly settings?: PushSettings
}

/**
 * Has this browser notified, and may be called at each start: it subscribes once, and again when the
 * server has another key. Asks for permission, so call it when somebody has just asked for that.
 * Answers the id of the registration, or null when they do not want it.
 */
export async function enablePush(options: EnableOptions): Promise<number | null> {
  const { client, registration, settings } = options
  if ((await Notification.requestPermission()) !== 'granted') return null
  const { public_key } = await client.call('push.key', {})
  const subscription = await subscribed(registration.pushManager, bytesOf(public_key))
  const { endpoint = '', keys = {} } = subscription.toJSON()
  const { p256dh = '', auth = '' } = keys
  const known = { endpoint, keys: { p256dh, auth }, ...(settings ? { settings } : {}) }
  return (await client.call('push.subscribe', known)).id
}

/** No more notifications here. The id is what `enablePush` has answered. */
export async function disablePush(
  { client, registration }: Omit<EnableOptions, 'settings'>,
  id: number,
): Promise<void> {
  const subscription = await registration.pushManager.getSubscription()
  await subscription?.unsubscribe()
  await client.call('push.unsubscribe', { id })
}

/** For another key nothing arrives that is signed with this one. */
async function subscribed(manager: PushManager, key: Uint8Array): Promise<PushSubscription> {
  const found = await manager.getSubscription()
  const theirs = new Uint8Array(found?.options.applicationServerKey ?? [])
  if (found && theirs.length === key.length && theirs.every((byte, at) => byte === key[at])) {
    return found
  }
  await found?.unsubscribe()
  const applicationServerKey = key as unknown as BufferSource
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey })
}

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
